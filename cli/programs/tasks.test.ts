import { expect, test } from "bun:test";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

test("a task is queued as a job of the home, and its list tells that it has not run", async () => {
  await using home = await testHome();
  const { stdout } = await runCommand(home, "tasks");
  expect(stdout).toMatch(/^backup +next \S+Z {2}not run yet {2}/m);
  const queued = await runCommand(home, "tasks", "run", "digest");
  const id = queued.stdout.trim();
  expect(id).toStartWith("task:digest:");
  expect(queued).toMatchObject({ code: 0, stderr: `→ org jobs show ${id}\n` });
  expect((await runCommand(home, "jobs")).stdout).toContain(id);
});
