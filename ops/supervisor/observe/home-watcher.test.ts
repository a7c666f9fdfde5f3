/** What the supervisor counts and keeps of what it sees, with real processes and records in a folder. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ownerPort } from "#app/owner-port.ts";
import { homePaths } from "#home/home-paths.ts";
import { identityOf, recordService } from "#platform/process-record.ts";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { logLines, SupervisedHome } from "#test/supervised-home.ts";
import { SupervisorStore } from "../supervisor-store.ts";

let folder: TemporaryFolder;
let home = "";
let supervised: SupervisedHome;
let started: Bun.Subprocess[] = [];
beforeEach(async () => {
  folder = await temporaryFolder("watched");
  home = folder.path;
  supervised = await SupervisedHome.open(home, { policy: "off" });
  started = [];
});
afterEach(async () => {
  for (const child of started) await ended(child);
  await supervised[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function sleeps(): Bun.Subprocess {
  const child = Bun.spawn(["sleep", "600"]);
  started.push(child);
  return child;
}

async function ended(child: Bun.Subprocess): Promise<void> {
  child.kill("SIGKILL");
  await child.exited;
}

async function owned(): Promise<Bun.Subprocess> {
  const child = sleeps();
  const record = { ...(await identityOf(child.pid)), command: "org", since: "today" };
  await mkdir(join(home, ".org", "run"), { recursive: true });
  await writeFile(homePaths(home).ownerRecord, JSON.stringify(record));
  return child;
}

const engineOf = async (pid: number) =>
  await recordService(home, { role: "engine", command: "engine", pid });
const ends = () => supervised.store.ends(0).filter(({ role }) => role === "engine");

test("an engine that its owner ends, also again and again, is not a failure", async () => {
  for (let count = 0; count < 5; count += 1) {
    const owner = await owned();
    const engine = sleeps();
    await using record = await engineOf(engine.pid);
    await supervised.beats(1);
    await ended(engine);
    await record[Symbol.asyncDispose]();
    await ended(owner);
    await rm(homePaths(home).ownerRecord);
  }
  await supervised.beats(2);
  expect(ends()).toEqual([]);
});

test("an engine that was killed counts once, whether another has been started by then or not", async () => {
  await owned();
  const first = sleeps();
  await using _first = await engineOf(first.pid);
  await supervised.beats(2);
  await ended(first);
  await supervised.beats(3);
  expect(ends()).toHaveLength(1);
  const second = sleeps();
  await using _second = await engineOf(second.pid);
  await supervised.beats(1);
  await ended(second);
  await using _third = await engineOf(sleeps().pid);
  await supervised.beats(3);
  expect(ends()).toHaveLength(2);
});

test("what a busy home says of its work, and a flood of warnings, push nothing out that has a code", async () => {
  // Of a log that is new only the end is read.
  await logLines(home, "current", [{ msg: "serves" }]);
  await supervised.beats(1);
  const dead = { level: "error", event: "job-dead", kind: "tool", code: "X" };
  await logLines(home, "current", [
    ...Array.from({ length: 11 }, () => dead),
    ...Array.from({ length: 6000 }, () => ({ msg: "request" })),
    ...Array.from({ length: 6000 }, () => ({ level: "warn", msg: "again" })),
  ]);
  await supervised.beats(2);
  expect(supervised.stateOf("dead-letters")).toBe("told");
});

test("a question that waited under an earlier supervisor is told by the next one at its first look", async () => {
  await using home = await temporaryFolder("watched-question");
  const asked = [{ room: "r", id: "A1" }];
  const owner = { ...ownerPort(home.path), questions: () => Promise.resolve(asked) };
  for (const [minutes, told] of [
    [0, []],
    [16, ["approvals-waiting"]],
  ] as const) {
    await using next = await SupervisedHome.open(home.path, { policy: "off", owner });
    next.at += minutes * 60_000;
    await next.beats(1);
    expect(next.records().map(({ pattern }) => pattern)).toEqual([...told]);
  }
});

test("what was seen in an earlier boot, or four hours and more ago, is not remembered", async () => {
  await using home = await temporaryFolder("watched-history");
  const path = join(home.path, "supervisor.sqlite");
  const questions = [{ room: "r", id: "A1", since: 5 }];
  using first = new SupervisorStore(path, "one");
  for (const at of [1, 2, 15_000_001]) {
    first.history.addMinute({ at, processes: [], worktrees: [] });
    first.history.keepQuestions(questions);
  }
  expect(first.history.minutes().map(({ at }) => at)).toEqual([2, 15_000_001]);
  expect(first.history.questions()).toEqual(questions);
  using next = new SupervisorStore(path, "two");
  expect([next.history.minutes(), next.history.questions()]).toEqual([[], []]);
});
