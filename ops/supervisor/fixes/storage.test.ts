import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createHome, homePaths } from "#home/home-paths.ts";
import { pausedKinds, resumeKind } from "#home/paused-kinds.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { backupHome, makeUnowned } from "#test/backup-home.ts";
import { until } from "#test/until.ts";
import { backupName } from "../../backup/list-backups.ts";
import type { OwnerPort } from "../owner-port.ts";
import type { Fix } from "../pattern.ts";
import { storageFixes } from "./storage.ts";

const MAIN = join(import.meta.dir, "../../../main.ts");
const { signal } = new AbortController();
const finding = (subject: string) => ({ pattern: "x", subject, why: "x" });
const owner: OwnerPort = {
  ...{
    listens: async () => true,
    probe: async () => true,
    provider: async () => "up" as const,
    shrinkEngine: async () => "halved" as const,
    tryModel: async () => true,
    questions: async () => [],
    checkpoint: async () => undefined,
  },
  ...{
    sampleLog: async () => undefined,
    tell: async () => undefined,
    restartWorkers: async () => 2,
  },
  queue: async () => ({ queued: 0, oldestMs: 1, workers: 1, busy: 0, unsettledMs: 0 }),
};

/** A log without warnings, half a minute later. */
const quiet = { warningsSince: () => 0, now: async () => 30_000 };

function fixOf(home: string, name: Fix["name"]): Fix {
  const fix = storageFixes({ home, program: MAIN, owner, ...quiet }).find(
    (one) => one.name === name,
  );
  if (fix === undefined) throw new Error(`There is no fix ${name}`);
  return fix;
}

test("space is made of old logs alone: what a process writes to, and everything else, stays", async () => {
  await using folder = await temporaryFolder("storage");
  const { logs, workspace, journal } = homePaths(folder.path);
  for (const path of [logs, workspace, dirname(journal)]) await mkdir(path, { recursive: true });
  const names = [1, 2, 3].map((n) => `current.2026010${n}T000000000Z-0000000${n}.ndjson`);
  for (const name of [...names, "current.ndjson", "current.log"]) {
    await writeFile(join(logs, name), "line\n");
  }
  await writeFile(journal, "journal");
  await writeFile(join(workspace, "notes.txt"), "mine");
  const fix = fixOf(folder.path, "free-space");
  expect(await fix.apply(finding("home"), signal)).toHaveProperty("freed");
  const left = await readdir(logs);
  expect(left.filter((name) => names.includes(name))).toEqual([]);
  // The newest is what was written to until now.
  expect(left).toHaveLength(2);
  expect(await Bun.file(join(workspace, "notes.txt")).text()).toBe("mine");
  expect(await Bun.file(journal).text()).toBe("journal");
  expect(await fix.verify(finding("home"))).toBeBoolean();
});

test("backups that are no longer kept go for space, and what killed processes have left; the newest whole one stays", async () => {
  await using home = await backupHome();
  const { backups } = home.paths;
  const { folder } = await makeUnowned(home);
  // Made by hand, as after a clock that was wrong: eight of days that were, and damaged ones of days to come.
  const day = 86_400_000;
  for (const days of [-3, -30, -31, -32, -33, -34, -60, -90, -120, -150, -180]) {
    await cp(folder, join(backups, backupName(Date.now() + days * day)), { recursive: true });
  }
  for (const days of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 40]) {
    await mkdir(join(backups, backupName(Date.now() + days * day)));
  }
  // With its manifest, and one byte of a file changed since.
  const changed = join(backups, backupName(Date.now() + 41 * day));
  await cp(folder, changed, { recursive: true });
  await writeFile(join(changed, "files", "org.config"), 'profile = "Dev"\n');
  const left = [join(backups, ".tmp-x"), join(backups, ".restore-x")];
  for (const path of left) await mkdir(path);
  const dead = Bun.spawnSync(["true"]).pid;
  const scratch = await temporaryFolder("scratch-of-test");
  const orphan = scratch.path.replace(`-${process.pid}-`, `-${dead}-`);
  await rename(scratch.path, orphan);
  const done = await fixOf(home.path, "free-space").apply(finding("home"), signal);
  expect(Number(done["backups"])).toBeGreaterThan(3);
  expect([...left, orphan].filter((path) => existsSync(path))).toEqual([]);
  expect(existsSync(folder)).toBe(true);
});

test("what a restore that was cut off has prepared stays until it is finished", async () => {
  await using home = await backupHome();
  const staging = join(home.paths.backups, ".restore-x");
  await mkdir(staging);
  await writeFile(home.paths.restorePlan, "{}");
  await fixOf(home.path, "free-space").apply(finding("home"), signal);
  await makeUnowned(home);
  expect(existsSync(staging)).toBe(true);
});

test("what only the owner can do is asked of it, and seen in its figures", async () => {
  await using folder = await temporaryFolder("storage");
  const workers = fixOf(folder.path, "restart-workers");
  expect(await workers.apply(finding("current"), signal)).toEqual({ stopped: 2 });
  expect(await workers.verify(finding("current"))).toBe(true);
  const wal = fixOf(folder.path, "checkpoint");
  expect(await wal.apply(finding("journal.sqlite-wal"), signal)).toEqual({});
  expect(await wal.verify(finding("journal.sqlite-wal"))).toBe(true);
  const log = fixOf(folder.path, "sample-log");
  expect(await log.apply(finding("current"), signal)).toEqual({ at: 30_000 });
  expect(await log.verify(finding("current"), { at: 0 })).toBe(true);
});

test("a log that something still reads is brought in once that has read", async () => {
  await using folder = await temporaryFolder("storage");
  const { journal } = homePaths(folder.path);
  await mkdir(dirname(journal), { recursive: true });
  const wal = `${journal}-wal`;
  await writeFile(wal, Buffer.alloc(5 * 1024 * 1024));
  const readers = ["one"];
  const checkpoint = async (): Promise<void> => {
    if (readers.length === 0) await writeFile(wal, "");
  };
  const parts = { home: folder.path, program: MAIN, owner: { ...owner, checkpoint }, ...quiet };
  const fix = storageFixes(parts).find(({ name }) => name === "checkpoint");
  const about = finding("journal.sqlite-wal");
  await fix?.apply(about, signal);
  expect(await fix?.verify(about)).toBe(false);
  readers.pop();
  expect(await fix?.verify(about)).toBe(true);
});

test("a kind of jobs is paused until a person says otherwise", async () => {
  await using folder = await temporaryFolder("storage");
  const fix = fixOf(folder.path, "pause-kind");
  expect(await fix.verify(finding("tool"))).toBe(false);
  expect(await fix.apply(finding("tool"), signal)).toEqual({ kind: "tool" });
  expect(await fix.verify(finding("tool"))).toBe(true);
  expect(await resumeKind(folder.path, "tool")).toBe(true);
  expect([await resumeKind(folder.path, "tool"), pausedKinds(folder.path)]).toEqual([false, []]);
  await expect(fix.apply(finding("../x"), signal)).rejects.toThrow("not a kind");
});

test("a backup is made by the usual command, and seen when it is there", async () => {
  await using folder = await temporaryFolder("storage");
  await createHome(homePaths(folder.path));
  const fix = fixOf(folder.path, "run-backup");
  expect(await fix.verify(finding("home"))).toBe(false);
  const done = await fix.apply(finding("home"), signal);
  // By what was written down: a supervisor that was started anew sees it, too.
  const again = fixOf(folder.path, "run-backup");
  await until("the backup to be there", async () => await again.verify(finding("home"), done));
  const { backups } = homePaths(folder.path);
  const later = { before: (await readdir(backups)).join(" ") };
  expect(await again.verify(finding("home"), later)).toBe(false);
});

test.each(["checkpoint", "open-breaker", "restart-workers", "sample-log"] as const)(
  "an owner that stands still in the middle of its answer fails %s, and holds up no look",
  async (name) => {
    const stands = (stop: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        stop.addEventListener("abort", () => reject(stop.reason));
      });
    const frozen: OwnerPort = {
      ...{ ...owner, checkpoint: stands, provider: stands, restartWorkers: stands },
      sampleLog: stands,
    };
    const fixes = storageFixes({
      ...{ home: "/nowhere", program: MAIN, owner: frozen, ...quiet, ownerMs: 10 },
    });
    const fix = fixes.find((one) => one.name === name);
    await expect(fix?.apply(finding("current"), signal)).rejects.toThrow("timed out");
  },
);

test.each<[string, { readonly count: number | undefined; readonly at: number }, boolean]>([
  ["is held to be over after 20 s with few warnings", { count: 24, at: 20_000 }, true],
  ["is watched for 15 s after the first lines of each kind", { count: 0, at: 19_000 }, false],
  ["goes on with a hundred warnings a minute", { count: 25, at: 20_000 }, false],
  ["is not judged by a log that is not read to its end", { count: undefined, at: 20_000 }, false],
])("a flood %s", async (_what, { count, at }, isOver) => {
  const parts = { home: "/nowhere", program: MAIN, owner };
  const fixes = storageFixes({ ...parts, warningsSince: () => count, now: async () => at });
  const fix = fixes.find(({ name }) => name === "sample-log");
  expect(await fix?.verify(finding("current"), { at: 0 })).toBe(isOver);
});
