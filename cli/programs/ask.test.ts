/** One question from a command line, in this process. */
import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";
import { say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";

test("an answer is printed, and kept in the room for the next question", async () => {
  await using home = await testHome();
  await using server = scriptedServer([say("Hello there."), say("You said hi.")]);
  const there = {
    path: home.path,
    environment: { OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" },
  };
  const first = await runCommand(there, "ask", "hi");
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("Hello there.") });
  await runCommand(there, "ask", "--resume", "what did I say?");
  const messages = (await server.request(1)).body.messages.map(({ content }) => content);
  expect(messages.join("\n")).toContain("Hello there.");
  const log = await runCommand(there, "log");
  expect(log.stdout).toContain("You said hi.");
  expect((await runCommand(there, "log", "--list")).stdout).not.toBe("");
  const status = await runCommand(there, "status", "--json");
  expect(JSON.parse(status.stdout)).toMatchObject({ rooms: { known: { count: 1 } } });
});

test.each(["patch", "promote", "best-of=3"])("--%s needs a repository", async (option) => {
  await using home = await testHome();
  const [name] = option.split("=");
  const remedy = `org ask --project . --${option.replace("=", " ")} "…"`;
  await expect(runCommand(home, "ask", `--${option}`, "go")).rejects.toMatchObject({
    ...{ code: "USAGE", message: `--${name} needs a repository`, remedies: [remedy] },
  });
});

test("a folder that is not in a repository is not a project", async () => {
  await using home = await testHome();
  const folder = join(home.path, "plain");
  await mkdir(folder);
  await expect(runCommand(home, "ask", "--project", folder, "go")).rejects.toMatchObject({
    ...{ code: "INPUT_MISSING", message: `There is no Git repository at "${folder}"` },
    remedies: [`git init ${JSON.stringify(folder)}`, "org --no-project"],
  });
});
