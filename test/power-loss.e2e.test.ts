/**
 * The power goes while a journal or a queue is written. What the program did to its files is written down as it
 * is done; then disks are made of it that hold what was synced and any part of the rest, at many moments.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import type { Confirmed } from "./power-loss/child.ts";
import {
  afterPowerLoss,
  type Disk,
  losses,
  type Operation,
  readDisk,
  readTrace,
  writeDisk,
} from "./power-loss/disk.ts";

const HERE = join(import.meta.dir, "power-loss");
const SEED = fc.readConfigureGlobal().seed ?? 0;
const LOSSES = Number(Bun.env["FC_RUNS"] ?? 60);
const compiler = Bun.which("cc");

let folder = "";
let shim = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "org-power-"));
  shim = join(folder, "shim.so");
  if (compiler === null) return;
  const options = ["-shared", "-fPIC", "-O1", "-pthread", "-o", shim, join(HERE, "shim.c"), "-ldl"];
  expect(
    await Bun.spawn([compiler, ...options], { stdio: ["ignore", "ignore", "inherit"] }).exited,
  ).toBe(0);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Store = "journal" | "queue";
type Level = "full" | "normal";

interface Recording {
  readonly before: Disk;
  readonly after: Disk;
  readonly operations: readonly Operation[];
  /** By the numbers of their marks. */
  readonly confirmed: readonly Confirmed[];
}

/** Has a process write until it is killed, and keeps all that it did to its files. */
async function record(store: Store, level: Level): Promise<Recording> {
  const place = join(folder, `${store}-${level}`);
  const [home, trace, file] = [place, `${place}.trace`, join(place, `${store}.sqlite`)];
  writeDisk(new Map(), home);
  // The file is there already: what makes it is not what is tested here.
  await using _made = await (store === "journal" ? openSqliteJournal(file) : openSqliteQueue(file));
  await _made[Symbol.asyncDispose]();
  const before = readDisk(home);
  const child = Bun.spawn([process.execPath, join(HERE, "child.ts"), store, file, level, shim], {
    env: { PATH: Bun.env["PATH"], LD_PRELOAD: shim, ORG_TRACE_FOLDER: home, ORG_TRACE_FILE: trace },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = (await child.stdout.text()).split("\n").filter((line) => line !== "");
  await child.exited;
  const confirmed = lines.map((line): Confirmed => JSON.parse(line));
  return { before, after: readDisk(home), operations: readTrace(trace), confirmed };
}

/** How much of what had been confirmed is not there after losses of power. */
async function lostIn(store: Store, recording: Recording): Promise<number> {
  let lost = 0;
  const all = losses(recording.operations.length, LOSSES, SEED);
  for (const [index, { after, survives }] of all.entries()) {
    const done = recording.operations.slice(0, after);
    const marks = done.filter(({ type }) => type === "mark").length;
    const place = join(folder, `${store}-${index}-${crypto.randomUUID()}`);
    writeDisk(afterPowerLoss(recording.before, done, survives), place);
    const confirmed = recording.confirmed.slice(0, marks);
    lost += await (store === "journal" ? lostEntries : lostJobs)(place, confirmed);
    rmSync(place, { recursive: true });
  }
  return lost;
}

async function lostEntries(place: string, confirmed: readonly Confirmed[]): Promise<number> {
  await using journal = await openSqliteJournal(join(place, "journal.sqlite"));
  const found = new Map<string, string>();
  for (const { room } of await journal.rooms()) {
    let expected = 1;
    for await (const { seq, key } of journal.read(room, 1)) {
      expect(seq).toBe(expected);
      expected += 1;
      found.set(`${room} ${seq}`, key);
    }
  }
  return confirmed.filter(
    (one) => one.type === "appended" && found.get(`${one.room} ${one.seq}`) !== one.key,
  ).length;
}

async function lostJobs(place: string, confirmed: readonly Confirmed[]): Promise<number> {
  await using queue = await openSqliteQueue(join(place, "queue.sqlite"));
  let lost = 0;
  for (const one of confirmed) {
    if (one.type === "appended") continue;
    const job = await queue.get("q", one.id);
    // One that is done and would be queued again would be done twice.
    if (job === undefined || (one.type === "done" && job.state !== "done")) lost += 1;
  }
  return lost;
}

// Without a compiler there is no way to see what a program writes, short of a file system of our own.
describe.skipIf(compiler === null)(`when the power goes (FC_SEED=${SEED})`, () => {
  describe.each(["journal", "queue"] as const)("the %s", (store) => {
    test("loses nothing that it has confirmed", async () => {
      const recording = await record(store, "full");
      const { before, after, operations, confirmed } = recording;
      expect(confirmed.length).toBeGreaterThan(200);
      expect(operations.filter(({ type }) => type === "sync").length).toBeGreaterThan(20);
      // The log was copied into the file, too, and not only written.
      const files = operations.map((one) => (one.type === "write" ? one.file : ""));
      expect(new Set(files)).toEqual(new Set(["", `${store}.sqlite`, `${store}.sqlite-wal`]));
      // Nothing was done to the files that was not seen.
      const replayed = afterPowerLoss(before, operations, () => true);
      expect([...replayed.keys()].sort()).toEqual([...after.keys()].sort());
      for (const [name, bytes] of after) {
        expect(Buffer.compare(replayed.get(name) ?? new Uint8Array(), bytes)).toBe(0);
      }
      expect(await lostIn(store, recording)).toBe(0);
    });

    test("would lose some of it with a weaker sync: the loss of power is one", async () => {
      expect(await lostIn(store, await record(store, "normal"))).toBeGreaterThan(0);
    });
  });
});
