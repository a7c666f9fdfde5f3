/** `org supervise --once` in this process; the one that goes on is in `test/supervisor-process.e2e.test.ts`. */
import { expect, test } from "bun:test";
import { generationPath } from "#ops/processes/generation-record.ts";
import { identityOf, writeRecord } from "#platform/process-record.ts";
import { testHome } from "#test/org-process.ts";
import { runCommand, startCommand } from "#test/run-command.ts";

test.concurrent("a home in which nothing is wrong is exit code 0", async () => {
  await using home = await testHome();
  const { code, stdout, stderr } = await runCommand(home, "supervise", "--once");
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: "",
    stderr: "No fault was found.\n",
  });
});

test.concurrent("what is found is told a line each, and is exit code 1", async () => {
  await using home = await testHome();
  // The identity of this process, but for the time at which it began: one that is gone.
  const gone = { ...(await identityOf()), startTime: 1 };
  const record = { ...gone, name: "current", port: 1, commit: "c0ffee" };
  await using _record = await writeRecord(generationPath(home.path, "current"), record);
  const [lines, json] = await Promise.all([
    runCommand(home, "supervise", "--once"),
    runCommand(home, "supervise", "--once", "--json"),
  ]);
  expect(lines).toMatchObject({ code: 1, stderr: "" });
  expect(lines.stdout).toMatch(/^owner-gone \(current\): .+\n$/);
  expect(json).toMatchObject({ code: 1, stderr: "" });
  const findings = [{ pattern: "owner-gone", subject: "current" }];
  expect(JSON.parse(json.stdout)).toMatchObject({ findings });
});

test.concurrent("it goes on until it is told to leave, and is the only one", async () => {
  await using home = await testHome();
  await using first = startCommand(home, "supervise");
  expect(await first.said("supervises")).toBe(`supervises ${home.path}; fixes: propose`);
  await expect(runCommand(home, "supervise")).rejects.toMatchObject({
    code: "SUPERVISOR_RUNNING",
    why: `process ${process.pid} supervises it; two would undo each other's fixes`,
    remedies: ["org fixes", "org stop supervisor"],
    unchanged: "Nothing was started.",
  });
  expect(await first.leave()).toMatchObject({ code: 0, stdout: "" });
  await using next = startCommand(home, "supervise");
  expect(await next.said("supervises")).toContain(home.path);
});
