/** Starting and restarting what serves, with a small program in its place. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readProcessInfo } from "#platform/process-info.ts";
import { identityOf } from "#platform/process-record.ts";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { logLines, SupervisedHome } from "#test/supervised-home.ts";
import { until } from "#test/until.ts";
import { readGeneration } from "../../processes/generation-record.ts";
import { stopGeneration } from "../../processes/generations.ts";
import { clearStopped, markStopped, stoppedRoles } from "../../processes/stop-marks.ts";
import { portHolder } from "../observe/machine.ts";

const PROGRAM = join(import.meta.dir, "../../../test/fixtures/small-generation.ts");

let folder: TemporaryFolder;
let home = "";
let supervised: SupervisedHome;
let environment: Readonly<Record<string, string>> = {};
beforeEach(async () => {
  environment = {};
  folder = await temporaryFolder("supervised");
  home = folder.path;
  supervised = await SupervisedHome.open(home, { program: PROGRAM });
});
afterEach(async () => {
  await supervised[Symbol.asyncDispose]();
  for (const name of ["current", "candidate"] as const) await stopGeneration(home, name);
  await folder[Symbol.asyncDispose]();
});

const current = () => readGeneration(home, "current");

/** As a person starts it. @returns its process. */
async function served(...further: readonly string[]): Promise<Bun.Subprocess> {
  const args = ["serve", "--generation", "current", "--port", "0", ...further];
  const child = Bun.spawn([process.execPath, PROGRAM, ...args], {
    env: { ...Bun.env, ORG_HOME: home, ...environment },
    stdio: ["ignore", "ignore", "ignore"],
    killSignal: "SIGKILL",
  });
  await until("it to serve", current);
  return child;
}

async function killed(child: Bun.Subprocess): Promise<void> {
  child.kill("SIGKILL");
  await child.exited;
}

async function verified(pattern: string): Promise<void> {
  await supervised.beats(12, () => supervised.stateOf(pattern) === "verified");
  expect(supervised.stateOf(pattern)).toBe("verified");
}

test("what was killed is started as it was: program, port and arguments", async () => {
  const child = await served("--model", "m1");
  await supervised.beats(2);
  const before = await current();
  await killed(child);
  await verified("owner-gone");
  const after = await current();
  expect([after?.port, after?.pid === before?.pid]).toEqual([before?.port, false]);
  const line = await Bun.file(`/proc/${after?.pid}/cmdline`).text();
  expect(line.split("\0")).toContain("m1");
});

test("a supervisor that never saw it alive starts it with its own program", async () => {
  await killed(await served());
  await verified("owner-gone");
  expect(await current()).toBeDefined();
});

test("what does not answer is restarted", async () => {
  const child = await served();
  await supervised.beats(2);
  child.kill("SIGSTOP");
  await verified("generation-down");
  expect((await current())?.pid).not.toBe(child.pid);
  await child.exited;
});

test("a process that leaks fast while nothing runs is found within 30 s, restarted, and its memory is gone", async () => {
  const child = await served();
  const { port = 0 } = (await current()) ?? {};
  const keep = async (mebibytes: number) => {
    await Bun.$`curl -sf ${`http://127.0.0.1:${port}/?keep=${mebibytes}`}`.quiet();
  };
  await keep(1050);
  let looks = 0;
  while (supervised.records().length === 0 && looks < 6) {
    await keep(20);
    await supervised.beats(1);
    looks += 1;
  }
  expect(supervised.records()).toMatchObject([{ pattern: "leak" }]);
  expect(looks).toBe(5);
  await verified("leak");
  await child.exited;
  const now = await current();
  expect([now?.port, now?.pid === child.pid]).toEqual([port, false]);
});

test("a process that really leaks is restarted once it has grown for three hours, also when others looked meanwhile", async () => {
  const child = await served();
  const { port = 0 } = (await current()) ?? {};
  // An hour a look: only the clock of the looks is compressed.
  supervised.stepMs = 60 * 60_000;
  for (const mebibytes of [600, 220, 260, 320]) {
    await Bun.$`curl -sf ${`http://127.0.0.1:${port}/?keep=${mebibytes}`}`.quiet();
    expect(supervised.records()).toEqual([]);
    // Another supervisor each hour: what the one before it saw is on disk.
    supervised = await supervised.reopened({ program: PROGRAM });
    supervised.wallOffset += supervised.stepMs;
    await supervised.beats(1);
  }
  supervised.stepMs = 5000;
  await verified("leak");
  await child.exited;
  const now = await current();
  expect([now?.port, now?.pid === child.pid]).toEqual([port, false]);
  expect(supervised.records()[0]?.done?.["before"]).toBeGreaterThan(1024 ** 3);
});

test("what is stopped while it is being started does not stay", async () => {
  const child = await served();
  await supervised.beats(2);
  await killed(child);
  await supervised.beats(1);
  await markStopped(home, ["current"]);
  await supervised.beats(10);
  expect(await current()).toBeUndefined();
  expect(supervised.records()).toEqual([]);
  expect(await stoppedRoles(home)).toEqual(["current"]);
  await clearStopped(home, "current");
  await verified("owner-gone");
});

test("a process that got the id of one that has left is missed when it ends", async () => {
  const child = await served();
  const { startTime = 0 } = (await readProcessInfo(child.pid)) ?? {};
  const line = { level: "info", event: "leaves", pid: child.pid };
  await logLines(home, "current", [{ ...line, startTime: startTime - 1 }]);
  await supervised.beats(2);
  await killed(child);
  await verified("owner-gone");
});

test("a process that told that it leaves is not started again", async () => {
  const child = await served();
  const { startTime = 0 } = (await readProcessInfo(child.pid)) ?? {};
  const line = { level: "info", event: "leaves", pid: child.pid, startTime };
  await logLines(home, "current", [line]);
  await supervised.beats(2);
  await killed(child);
  await supervised.beats(10);
  expect(supervised.records()).toEqual([]);
});

test("what a person stops while it is being restarted does not come back", async () => {
  // It hears of the restart, and in that moment the person stops it.
  environment = { ORG_TEST_STOPPED: join(home, ".org", "run", "stopped-current") };
  const child = await served();
  await supervised.beats(2);
  child.kill("SIGSTOP");
  await supervised.beats(6, () => supervised.stateOf("generation-down") === "failed");
  expect(supervised.stateOf("generation-down")).toBe("failed");
  await child.exited;
  expect(await current()).toBeUndefined();
  expect(await stoppedRoles(home)).toEqual(["current"]);
});

test("what cannot start is given up after three tries, and resumed it is tried again", async () => {
  const child = await served();
  await supervised.beats(2);
  await killed(child);
  await using broken = await SupervisedHome.open(home, { program: "/nowhere/main.ts" });
  broken.at = supervised.at;
  await broken.beats(60, () => broken.store.givenUp().length > 0);
  expect(broken.store.givenUp()).toMatchObject([{ role: "current" }]);
  expect(broken.records().filter(({ state }) => state === "failed")).toHaveLength(3);
  await broken.beats(100);
  broken.store.resume("current");
  await verified("owner-gone");
});

test("a candidate that ends again and again is stopped and left to a person", async () => {
  const run = join(home, ".org", "run");
  const dead = { ...(await identityOf()), startTime: 1, name: "candidate", port: 0, commit: "c" };
  await writeFile(join(run, "generation-candidate.json"), JSON.stringify(dead));
  for (const pid of [1, 2, 3, 4]) {
    supervised.store.addEnd("candidate", { pid, startTime: 1 }, supervised.at);
  }
  await verified("crash-loop");
  expect(supervised.store.givenUp()).toMatchObject([{ role: "candidate" }]);
});

test("an old process of ours that still has the port is ended, and the home serves there again", async () => {
  const old = await served();
  await supervised.beats(2);
  const { port = 0 } = (await current()) ?? {};
  // Its record is another's, which has died.
  const dead = { ...(await identityOf()), startTime: 1, name: "current", port, commit: "none" };
  await writeFile(join(home, ".org", "run", "generation-current.json"), JSON.stringify(dead));
  await verified("port-taken");
  await old.exited;
  const holder = await portHolder(port);
  expect(holder).toMatchObject({ pid: (await current())?.pid });
  expect(await readProcessInfo(old.pid)).toBeUndefined();
});

test("the record and socket of a room that died are taken away, and nothing is started", async () => {
  const run = join(home, ".org", "run");
  await mkdir(run, { recursive: true });
  const dead = { ...(await identityOf()), startTime: 1, command: "org", since: "today" };
  await writeFile(join(run, "owner.json"), JSON.stringify(dead));
  await writeFile(join(run, "org.sock"), "");
  await rm(join(run, "org.sock"));
  const listener = Bun.listen({ unix: join(run, "org.sock"), socket: { data: () => undefined } });
  listener.stop(true);
  await writeFile(join(run, "org.sock"), "");
  await verified("owner-gone");
  expect(await Bun.file(join(run, "owner.json")).exists()).toBe(false);
  expect(await current()).toBeUndefined();
});
