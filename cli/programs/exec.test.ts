/** A task file becomes a patch on standard output; `test/exec.e2e.test.ts` runs it as a process. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { answer, RENAMED, TASK, TaskRepository } from "#test/exec-repository.ts";
import { testHome } from "#test/org-process.ts";
import { type CommandRan, runCommand } from "#test/run-command.ts";
import { breakOff, say, several } from "#test/scripted-answers.ts";
import { type Script, type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";

async function exec(
  script: Script,
  ...more: readonly string[]
): Promise<CommandRan & Pick<ScriptedServer, "requests">> {
  await using home = await testHome();
  using repository = new TaskRepository();
  await using server = scriptedServer(script);
  const task = join(home.path, "task.md");
  await Bun.write(task, TASK);
  const environment = { OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" };
  const words = ["exec", task, "--repo", repository.checkout, "--var", "NAME=sum", ...more];
  const ran = await runCommand({ path: home.path, environment }, ...words);
  return { ...ran, requests: server.requests };
}

test("one attempt prints the patch, and asks the model to be exact", async () => {
  const { code, stdout, requests } = await exec([say(answer(RENAMED))]);
  expect(code).toBe(0);
  expect(stdout).toStartWith("---COMMIT_MSG---\nrefactor(cart): rename the total\n---PATCH---\n");
  expect(requests[0]?.body).toMatchObject({ model: "m", temperature: 0.2 });
  expect(requests[0]?.body["seed"]).toBeUndefined();
});

test("of several the best is printed; all but the first are asked for something else", async () => {
  const { code, stdout, stderr, requests } = await exec(
    ({ body }) => say(body["seed"] === 2 ? "I cannot." : answer(RENAMED)),
    ...["--best-of", "2"],
  );
  expect(code).toBe(0);
  expect(stdout).toContain("+export const sum = 1;");
  expect(stderr).toContain("attempt 2: ");
  const first = requests.find(({ body }) => body["seed"] === undefined);
  expect(first?.body["temperature"]).toBe(0.2);
  const other = requests.find(({ body }) => body["seed"] === 2);
  expect(other?.body["temperature"]).not.toBe(0.2);
});

test("a server whose answer breaks off counts as none, for a script", async () => {
  await expect(exec(() => several(say("---COMMIT"), breakOff()))).rejects.toMatchObject({
    code: "PROVIDER_UNREACHABLE",
  });
});

test.each([
  [["exec"], "USAGE", "Which task?"],
  [["exec", "/nowhere/task.md"], "INPUT_MISSING", 'The task "/nowhere/task.md" cannot be read'],
])("org %p is refused", async (words, code, message) => {
  await using home = await testHome();
  await expect(runCommand(home, ...words)).rejects.toMatchObject({ code, message });
});
