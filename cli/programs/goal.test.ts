/** A goal that a command works on itself, because nothing serves its home; `serve.test.ts` has the other way. */
import { expect, test } from "bun:test";
import { pauseKind } from "#home/paused-kinds.ts";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";
import { call } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";

test("where nothing serves, the command works itself, and its jobs stay", async () => {
  await using home = await testHome();
  await using model = scriptedServer(() => call("done", { why: "", text: "Forty-two." }));
  const there = { path: home.path, environment: { OLLAMA_BASE: model.url, OLLAMA_MODEL: "m" } };
  const worked = await runCommand(there, "goal", "What is known?", "--json");
  expect(worked.code).toBe(0);
  const lines = worked.stdout.trimEnd().split("\n");
  const job = JSON.parse(lines.at(-1) ?? "");
  expect(job).toMatchObject({ state: "done", result: { end: "done", text: "Forty-two." } });
  expect((await runCommand(there, "goal", "list")).stdout).toContain("What is known?");
  expect((await runCommand(there, "goal", "show", job.id)).stdout).toBe("Forty-two.\n");
  expect((await runCommand(there, "jobs", "show", job.id)).stdout).toContain("Forty-two.");
  await expect(runCommand(there, "goal", "stop", job.id)).rejects.toMatchObject({
    code: "JOB_CONFLICT",
  });

  const paused = runCommand(there, "jobs", "resume", "goal");
  await expect(paused).rejects.toMatchObject({ code: "USAGE" });
  await pauseKind(home.path, "goal");
  expect((await runCommand(there, "jobs", "resume", "goal")).stdout).toBe(
    "Workers take jobs of the kind goal again.\n",
  );
});

test.each<[readonly string[], string]>([
  [["show"], "Which goal? org goal show ID"],
  [["stop"], "Which goal? org goal stop ID"],
  [["a", "b"], 'Unexpected argument "b"'],
  [[""], "The goal is empty"],
])("org goal %p is refused, and no queue is made", async (words, message) => {
  await using home = await testHome();
  const refused = runCommand(home, "goal", ...words);
  await expect(refused).rejects.toMatchObject({ code: "USAGE", message });
  expect(await Bun.file(home.paths.queue).exists()).toBe(false);
});
