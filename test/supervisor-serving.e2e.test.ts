/** What serves a home is killed, frozen, robbed of its port and damaged for real; looks are counted, not seconds. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readGeneration } from "#ops/processes/generation-record.ts";
import { type PortHolder, portHolder } from "#ops/supervisor/observe/machine.ts";
import { readProcessInfo } from "#platform/process-info.ts";
import { identityOf } from "#platform/process-record.ts";
import { type OrgProcess, type TestHome, testHome } from "./org-process.ts";
import { SupervisedHome } from "./supervised-home.ts";
import { until } from "./until.ts";

/** Looks in 30 and in 60 seconds. */
const FOUND = 6;
const FIXED = 12;

let home: TestHome;
let supervised: SupervisedHome;
let serving: OrgProcess;
beforeEach(async () => {
  home = await testHome();
  supervised = await SupervisedHome.open(home.path);
  serving = await served();
});
afterEach(async () => {
  await supervised[Symbol.asyncDispose]();
  await home.run(["stop", "--grace", "0"]);
  await home[Symbol.asyncDispose]();
});

async function served(): Promise<OrgProcess> {
  const process = home.start(["serve", "--port", "0"]);
  await process.stderr.line((text) => text.includes("serves on"));
  return process;
}

const current = () => readGeneration(home.path, "current");
async function kill(): Promise<void> {
  serving.signal("SIGKILL");
  await serving.ended;
}

test("an owner that was killed with SIGKILL is found and serves again on its port, with nothing else changed", async () => {
  expect(await supervised.beats(3)).toBe(4);
  const before = await current();
  await kill();
  expect(await supervised.beats(FOUND, () => supervised.records().length > 0)).toBeLessThanOrEqual(
    FOUND,
  );
  expect(
    await supervised.beats(FIXED, () => supervised.stateOf("owner-gone") === "verified"),
  ).toBeLessThanOrEqual(FIXED);
  const after = await current();
  expect(after?.port).toBe(before?.port);
  expect(after?.pid).not.toBe(before?.pid);
  expect(supervised.told).toHaveLength(1);
  expect(await supervised.beats(10)).toBe(11);
  expect(supervised.records()).toHaveLength(1);
});

test("a record that names a living foreign process is taken away, and that process is left alone", async () => {
  await kill();
  await rm(join(home.path, ".org/run/generation-current.json"));
  await using foreign = Bun.spawn(["sleep", "600"], { killSignal: "SIGKILL" });
  const real = await identityOf(foreign.pid);
  const owner = { ...real, startTime: real.startTime - 1, command: "org", since: "today" };
  await Bun.write(home.paths.ownerRecord, JSON.stringify(owner));
  await supervised.beats(FIXED, () => supervised.stateOf("owner-gone") === "verified");
  expect(supervised.stateOf("owner-gone")).toBe("verified");
  expect(await Bun.file(home.paths.ownerRecord).exists()).toBe(false);
  expect(await Bun.file(home.paths.socket).exists()).toBe(false);
  expect(await readProcessInfo(foreign.pid)).toMatchObject({ startTime: real.startTime });
  foreign.kill("SIGKILL");
});

test("a generation that is frozen with SIGSTOP is found, ended and serves again", async () => {
  await supervised.beats(2);
  const before = await current();
  serving.signal("SIGSTOP");
  expect(await supervised.beats(FOUND, () => supervised.records().length > 0)).toBeLessThanOrEqual(
    4,
  );
  await supervised.beats(FIXED, () => supervised.stateOf("generation-down") === "verified");
  expect(supervised.stateOf("generation-down")).toBe("verified");
  const after = await current();
  expect([after?.port, after?.pid === before?.pid]).toEqual([before?.port, false]);
});

test("a port that a foreign process has taken is told with its name, the process is not signalled, and the home serves once it is free", async () => {
  await supervised.beats(2);
  const { port = 0 } = (await current()) ?? {};
  await kill();
  await using thief = Bun.spawn(
    ["/usr/bin/python3", "-m", "http.server", String(port), "--bind", "127.0.0.1"],
    {
      stdio: ["ignore", "ignore", "ignore"],
      killSignal: "SIGKILL",
    },
  );
  await until<PortHolder | "unknown">("the port to be taken", () => portHolder(port));
  await supervised.beats(FOUND, () => supervised.told.length > 0);
  expect(supervised.told).toMatchObject([{ pattern: "port-taken", state: "told" }]);
  expect(supervised.told[0]?.text).toContain(`process ${thief.pid} (python3)`);
  await supervised.beats(3);
  expect(await readProcessInfo(thief.pid)).toBeDefined();
  thief.kill("SIGKILL");
  await thief.exited;
  await supervised.beats(FIXED, () => supervised.stateOf("owner-gone") === "verified");
  expect((await current())?.port).toBe(port);
});

test("a journal with a damaged page is not replaced before a person approves it, and after three vain starts the role is given up; approved, the newest backup of it comes and the home serves", async () => {
  const made = await home.run(["backup", "now", "--json"]);
  expect(made.exitCode).toBe(0);
  await supervised.beats(2);
  await kill();
  const { size } = await stat(home.paths.journal);
  {
    await using file = await open(home.paths.journal, "r+");
    await file.write(
      Buffer.alloc(4096, 0xa5),
      0,
      4096,
      Math.max(4096, Math.floor(size / 8192) * 4096),
    );
    await file.write(Buffer.alloc(64, 0xa5), 0, 64, 100);
  }
  const damaged = await Bun.file(home.paths.journal).bytes();
  await supervised.beats(40, () => supervised.store.givenUp().length > 0);
  expect(supervised.store.givenUp()).toMatchObject([{ role: "current" }]);
  expect(supervised.stateOf("db-corrupt")).toBe("proposed");
  const starts = supervised
    .records()
    .filter(({ fix, tries }) => fix === "start-serving" && tries > 0);
  expect(starts).toHaveLength(3);
  const count = supervised.records().length;
  await supervised.beats(200);
  expect(supervised.records()).toHaveLength(count);
  expect(await Bun.file(home.paths.journal).bytes()).toEqual(damaged);
  const listed = await home.run(["fixes"]);
  expect(listed.stdout).toContain("current was given up");
  const proposed = supervised.records().find(({ pattern }) => pattern === "db-corrupt");
  expect((await home.run(["fixes", "approve", String(proposed?.id)])).exitCode).toBe(0);
  await supervised.beats(FIXED, () => supervised.stateOf("db-corrupt") === "verified");
  const { name } = JSON.parse(made.stdout);
  expect(supervised.store.get(proposed?.id ?? 0)).toMatchObject({
    ...{ state: "verified", done: { backup: name, databases: "journal", serves: true } },
  });
  expect((await home.run(["healthcheck"])).exitCode).toBe(0);
  expect(supervised.store.givenUp()).toEqual([]);
}, 600_000);

test("five turns without a model server: from then on turns fail at once, and say so", async () => {
  await supervised.beats(2);
  for (let count = 0; count < 5; count += 1) {
    expect((await home.run(["ask", "hi"])).stderr).toContain("PROVIDER_UNREACHABLE");
  }
  await supervised.beats(FIXED, () => supervised.stateOf("provider-down") === "verified");
  expect(supervised.records()).toMatchObject([{ pattern: "provider-down", state: "verified" }]);
  const paused = await home.run(["ask", "hi"]);
  expect([paused.exitCode, paused.stderr.includes("PROVIDER_PAUSED")]).toEqual([69, true]);
}, 600_000);

test("what a person has stopped is not started, however it ended", async () => {
  await supervised.beats(2);
  serving.signal("SIGSTOP");
  // Frozen, it cannot leave: it is killed, and its record stays.
  expect((await home.run(["stop", "current", "--grace", "0"])).exitCode).toBe(0);
  await serving.ended;
  await supervised.beats(40);
  expect([supervised.records(), supervised.told]).toEqual([[], []]);
  // A person starts it again: from then on it is looked after.
  serving = await served();
  await supervised.beats(2);
  await kill();
  await supervised.beats(FIXED, () => supervised.stateOf("owner-gone") === "verified");
  expect(supervised.stateOf("owner-gone")).toBe("verified");
});

test("a person's restart, also again and again, and a Ctrl-C are not failures", async () => {
  for (let count = 0; count < 5; count += 1) {
    await supervised.beats(2);
    expect((await home.run(["restart", "current"])).exitCode).toBe(0);
  }
  await supervised.beats(10);
  const { pid = 0 } = (await current()) ?? {};
  process.kill(pid, "SIGINT");
  await until("it to leave", async () => (await readProcessInfo(pid)) === undefined);
  await supervised.beats(20);
  expect([supervised.records(), supervised.told]).toEqual([[], []]);
  expect(await current()).toBeUndefined();
}, 600_000);

test("with fixes = propose nothing is done before a person approves it", async () => {
  await using careful = await SupervisedHome.open(home.path, { policy: "propose" });
  await careful.beats(2);
  await kill();
  await careful.beats(FIXED);
  expect(careful.stateOf("owner-gone")).toBe("proposed");
  expect(await current()).toBeUndefined();
  const id = String(careful.records()[0]?.id);
  expect((await home.run(["fixes", "approve", id])).exitCode).toBe(0);
  await careful.beats(FIXED, () => careful.stateOf("owner-gone") === "verified");
  expect(await current()).toBeDefined();
  expect((await home.run(["fixes", "approve", id])).exitCode).toBe(66);
});
