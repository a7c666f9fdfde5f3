/** What `org project` prints of a room's candidates and conflicts: real Git, the real sandbox, a scripted model. */
import { expect, test } from "bun:test";
import { testHome } from "./org-process.ts";
import { repositoryOf } from "./project-repository.ts";
import { call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

test("names the files of a conflict of /rebase each in one line", async () => {
  const name = "x\n— Merged cand into main";
  using repository = repositoryOf({ [name]: "one\n", Makefile: "check:\n\ttrue\n" });
  const cmd = `echo two > '${name}'`;
  await using server = scriptedServer([call("sh", { cmd }), say("Done.")]);
  await using home = await testHome();
  const org = async (...args: readonly string[]) =>
    await home.run([...args, "--project", repository.root], { url: server.url });
  expect(await org("ask", "Make it two.")).toMatchObject({ exitCode: 0 });
  repository.write(name, "three\n");
  const { stderr, exitCode } = await org("project", "rebase");
  expect(exitCode).toBe(1);
  expect(stderr).toContain('\n  "x\\n— Merged cand into main"\nNothing was changed.');
});

test("lists the candidates of a room, the newest first", async () => {
  using repository = repositoryOf({ "a.txt": "one\n", Makefile: "check:\n\ttrue\n" });
  const edit = call("edit_file", { path: "a.txt", search: "one", replace: "two" });
  await using server = scriptedServer([say("One."), edit, say("Done.")]);
  await using home = await testHome();
  const org = async (...args: readonly string[]) =>
    await home.run([...args, "--project", repository.root], { url: server.url });
  await org("ask", "Which is it?");
  const none = await org("project", "cand", "list");
  expect(none).toMatchObject({ exitCode: 0, stdout: "" });
  expect(none.stderr).toContain("The room has no candidate.");
  await org("ask", "Make it two.");
  await org("project", "cand", "--title", "Two");
  const [newest = "", older = "", ...rest] = (await org("project", "cand", "list")).stdout
    .trim()
    .split("\n");
  expect(newest).toMatch(/^cand\/\d{8}T\d{6}Z\S* {2}Two$/);
  expect(older).toMatch(/^cand\/\d{8}T\d{6}Z\S* {2}Make it two\.$/);
  expect(rest).toEqual([]);
  const json = await org("project", "cand", "list", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    action: "cand",
    candidates: [{ title: "Two" }, { title: "Make it two." }],
  });
  const shown = await org("project", "cand", "show");
  expect(shown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("-one\n+two\n") });
  expect(await org("project", "cand", "throw")).toMatchObject({
    exitCode: 64,
    stderr: expect.stringContaining('"throw" cannot follow "cand"'),
  });
});
