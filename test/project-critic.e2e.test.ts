/** A critic of a repository's changes, asked by its user and by the gate: real Git, the real sandbox, a scripted model. */
import { expect, test } from "bun:test";
import { testHome } from "./org-process.ts";
import { repositoryOf } from "./project-repository.ts";
import { call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

const HOLD = '{"hold": true, "file": "a.txt", "line": 1, "reason": "The old value is lost."}';
const FINE = '{"hold": false, "file": "", "line": 0, "reason": "All is well."}';

test("what the critic holds is merged only by its user, who was shown why", async () => {
  using repository = repositoryOf({ "a.txt": "one\n", Makefile: "check:\n\ttrue\n" });
  const edit = call("edit_file", { path: "a.txt", search: "one", replace: "two" });
  const answers = [edit, say("Done."), say(FINE), say(HOLD), say(HOLD), say(HOLD), say("?")];
  await using server = scriptedServer(answers);
  await using home = await testHome();
  const org = async (...args: readonly string[]) =>
    await home.run([...args, "--project", repository.root], { url: server.url });
  const before = repository.state();
  await org("ask", "Make it two.");

  const asked = await org("project", "critic", "Is the old value kept?");
  expect(asked).toMatchObject({
    exitCode: 0,
    stdout: '· critic  The critic would not hold it: "All is well.".\n',
  });
  const question = server.requests.at(-1)?.body.messages.at(-1)?.content;
  expect(question).toStartWith("The user asks you to look at this: Is the old value kept?\n");
  expect(question).toContain("-one\n+two\n");

  const addressed = await org("ask", "@@critic and the name?", "--json");
  expect(addressed.exitCode).toBe(1);
  expect(JSON.parse(addressed.stdout)).toMatchObject({ action: "critic", severity: "held" });

  const held = await org("project", "checks", "--critic", "on");
  expect(held.stdout).toEndWith(
    '◐ critic  The critic holds it at "a.txt", line 1: "The old value is lost.".\n◐ The gate holds it for your decision.\n',
  );
  expect((await org("project")).stdout).toContain("critic      reviews each change\n");
  expect(await org("project", "promote")).toMatchObject({ exitCode: 1 });
  expect(repository.state()).toEqual(before);
  // What it says now cannot be read: that changes nothing of what the checks say.
  expect(await org("project", "promote")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining(
      "· critic  The critic was asked, but its answer does not count",
    ),
  });
  expect(server.requests).toHaveLength(7);
});
