/** `org ps`, `org stop` and `org healthcheck` over processes that a home has written down. */
import { expect, test } from "bun:test";
import { generationPath } from "#ops/processes/generation-record.ts";
import { AUTONOMY_ROLE, PROMOTION, SUPERVISOR } from "#ops/processes/home-processes.ts";
import { stoppedRoles } from "#ops/processes/stop-marks.ts";
import { identityOf, recordService, writeRecord } from "#platform/process-record.ts";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

/** A process that waits, and has begun to. */
async function waiting(parts: AsyncDisposableStack, before = ""): Promise<Bun.Subprocess> {
  const script = `${before} echo ready; exec tail -f /dev/null`;
  const child = Bun.spawn(["sh", "-c", script], { stdio: ["ignore", "pipe", "ignore"] });
  parts.defer(() => child.kill("SIGKILL"));
  for await (const _ready of child.stdout) break;
  return child;
}

/** One that is written down as the engine of a home. */
async function engineOf(
  home: string,
  parts: AsyncDisposableStack,
  before = "",
): Promise<Bun.Subprocess> {
  const child = await waiting(parts, before);
  const about = { role: "engine", command: "waits", port: 4711, pid: child.pid };
  parts.use(await recordService(home, about));
  return child;
}

test("what was written down is listed, and ends when it is told to", async () => {
  await using home = await testHome();
  await using parts = new AsyncDisposableStack();
  const { pid, exited } = await engineOf(home.path, parts);
  const listed = JSON.parse((await runCommand(home, "ps", "--json")).stdout);
  expect(listed.processes).toMatchObject([{ role: "engine", pid, what: "waits", port: 4711 }]);
  expect(listed.processes[0].startedAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect((await runCommand(home, "ps")).stdout).toContain(`engine  ${pid}`);

  const line = `engine, process ${pid} on port 4711:`;
  const plan = await runCommand(home, "stop", "engine", "--dry-run");
  expect(plan.stdout).toBe(`${line} would get SIGTERM, and SIGKILL if it does not end\n`);
  const others = await runCommand(home, "stop", "room");
  expect(others).toEqual({
    ...{ code: 0, stdout: "", stderr: "No such process of this home runs.\n" },
  });
  expect(await runCommand(home, "restart")).toMatchObject({ code: 1, stdout: "" });
  expect(await runCommand(home, "stop", "engine")).toEqual({
    ...{ code: 0, stderr: "", stdout: `${line} has left\n` },
  });
  await exited;
  expect((await runCommand(home, "ps")).stderr).toBe("No process of this home runs.\n");
});

test("a process that does not leave within the grace is killed, and that is said", async () => {
  await using home = await testHome();
  await using parts = new AsyncDisposableStack();
  const { pid, exited } = await engineOf(home.path, parts, "trap '' TERM;");
  const { code, stdout } = await runCommand(home, "stop", "--grace", "0", "--json");
  expect(JSON.parse(stdout)).toEqual({
    ...{ dryRun: false, processes: [{ role: "engine", pid, port: 4711, outcome: "killed" }] },
  });
  expect(code).toBe(0);
  await exited;
});

test("what serves would be started again with its settings, and an engine would not", async () => {
  await using home = await testHome();
  await using parts = new AsyncDisposableStack();
  const { pid } = await engineOf(home.path, parts);
  const serving: { readonly role: string; readonly pid: number; readonly port: number }[] = [];
  for (const [at, role] of (["current", "candidate"] as const).entries()) {
    const child = { role, pid: (await waiting(parts)).pid, port: 4712 + at };
    serving.push(child);
    const record = { ...(await identityOf(child.pid)), name: role, port: child.port, commit: "c0" };
    parts.use(await writeRecord(generationPath(home.path, role), record));
  }
  const again = "would be stopped and started again with the same settings";
  const rows = serving.map(
    (one) => `${one.role}, process ${one.pid} on port ${one.port}: ${again}\n`,
  );
  expect(await runCommand(home, "restart", "--dry-run")).toEqual({
    ...{ code: 0, stdout: rows.join(""), stderr: "" },
  });
  expect((await runCommand(home, "restart", "candidate", "--dry-run")).stdout).toBe(`${rows[1]}`);
  const plan = JSON.parse((await runCommand(home, "stop", "--dry-run", "--json")).stdout);
  const all = [...serving, { role: "engine", pid, port: 4711 }];
  const processes = all.map((one) => ({ ...one, outcome: "would-end" }));
  expect({ ...plan, processes: plan.processes.toSorted(byPort) }).toEqual({
    ...{ dryRun: true, processes: processes.toSorted(byPort) },
  });
});

function byPort(one: { readonly port: number }, other: { readonly port: number }): number {
  return one.port - other.port;
}

test("what is stopped stays so: all that serves, or the one that is named", async () => {
  await using home = await testHome();
  const marks = () => stoppedRoles(home.path);
  await runCommand(home, "stop", "engine");
  expect([...(await marks())]).toEqual([]);
  await runCommand(home, "stop", "candidate");
  expect([...(await marks())]).toEqual(["candidate"]);
  await runCommand(home, "stop");
  expect([...(await marks())].toSorted()).toEqual(["candidate", "current"]);
});

test.each([SUPERVISOR, PROMOTION, AUTONOMY_ROLE])(
  "%s is a role that can be stopped",
  async (role) => {
    await using home = await testHome();
    expect(await runCommand(home, "stop", role, "--dry-run")).toEqual({
      ...{ code: 0, stdout: "", stderr: "No such process of this home runs.\n" },
    });
  },
);

test("a home for which nothing runs is down, and a plan asks nothing", async () => {
  await using home = await testHome();
  const down = await runCommand(home, "healthcheck");
  expect(down.code).toBe(1);
  expect(JSON.parse(down.stdout)).toEqual({ status: "down", home: home.path, checks: [] });
  const plan = await runCommand(home, "healthcheck", "--dry-run");
  expect(plan.code).toBe(0);
  expect(JSON.parse(plan.stdout)).toEqual({ dryRun: true, home: home.path, checks: [] });
});
