/** Fixes of what fills a disk, and of what only the owner of a home can mend. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { homePaths } from "#home/home-paths.ts";
import { pausedKinds, pauseKind } from "#home/paused-kinds.ts";
import { logFamilies, planRotation, removeLog, rotateFile } from "#platform/log/log-files.ts";
import { removeAllOrphans } from "#platform/temporary-folder.ts";
import { listBackups } from "../../backup/list-backups.ts";
import { pruneBackups } from "../../backup/make-backup.ts";
import { runOrg } from "../../processes/run-org.ts";
import { diskOf } from "../observe/machine.ts";
import type { OwnerPort } from "../owner-port.ts";
import type { Done, Fix } from "../pattern.ts";
import { FLOOD, littleDisk } from "../patterns/storage.ts";

export interface StorageParts {
  readonly home: string;
  /** The main.ts of this process. */
  readonly program: string;
  readonly owner: OwnerPort;
  /** Warnings of a log since a time; `undefined` while not all of it is read. */
  readonly warningsSince: (source: string, at: number) => number | undefined;
  /** On the clock of the looks. */
  readonly now: () => Promise<number>;
  /** Longest wait for the owner to do something, in milliseconds. @default 20,000 */
  readonly ownerMs?: number | undefined;
}

const SMALL_WAL = 4 * 1024 * 1024;
const OLDEST_MS = 300_000;
/** The first lines of each kind are written all the same, in milliseconds. */
const SETTLING_MS = 5000;
/** So long a log is watched before its rate counts. */
const QUIET_SECONDS = 15;
/** Longest wait for the owner to ask its model server, in milliseconds. */
const PROBE_MS = 10_000;
const OWNER_MS = 20_000;
/** Longest wait for a model to be loaded and to say something, in milliseconds. */
const MODEL_MS = 60_000;

export function storageFixes(parts: StorageParts): readonly Fix[] {
  const { home, program, owner, ownerMs = OWNER_MS } = parts;
  // An owner that stands still in the middle of its answer must not make the supervisor stand still.
  const limited = (signal: AbortSignal): AbortSignal =>
    AbortSignal.any([signal, AbortSignal.timeout(ownerMs)]);
  return [
    {
      name: "free-space",
      apply: async () => await freeSpace(home),
      verify: async () => {
        const { free, total } = await diskOf(home);
        return free >= littleDisk(total);
      },
    },
    {
      name: "checkpoint",
      apply: async (_finding, signal) => {
        await owner.checkpoint(limited(signal));
        return {};
      },
      verify: async ({ subject }) => {
        const wal = join(dirname(homePaths(home).journal), subject);
        const isSmall = async (): Promise<boolean> =>
          ((await stat(wal).catch(() => undefined))?.size ?? 0) < SMALL_WAL;
        if (await isSmall()) return true;
        // What reads at that moment keeps the log as it is; once it has read, nothing else would make it smaller.
        await owner.checkpoint(AbortSignal.timeout(ownerMs)).catch(() => undefined);
        return await isSmall();
      },
    },
    {
      name: "open-breaker",
      apply: async (_finding, signal) => ({ provider: await owner.provider(limited(signal)) }),
      // It answers, or turns fail at once; without an answer of the owner neither is known.
      verify: async () =>
        ["up", "paused"].includes(await owner.provider(AbortSignal.timeout(PROBE_MS))),
    },
    {
      name: "halve-engine",
      verifyMs: MODEL_MS,
      apply: async (_finding, signal) => {
        const engine = await owner.shrinkEngine(limited(signal));
        if (engine === "none") throw new Error("the owner of the home uses no engine");
        return { engine };
      },
      verify: async (_finding, done) =>
        done?.["engine"] === "off" || (await owner.tryModel(AbortSignal.timeout(MODEL_MS))),
    },
    runBackup({ home, program }),
    {
      name: "pause-kind",
      apply: async ({ subject }) => {
        await pauseKind(home, subject);
        return { kind: subject };
      },
      verify: async ({ subject }) => pausedKinds(home).includes(subject),
    },
    {
      name: "restart-workers",
      verifyMs: 60_000,
      apply: async (_finding, signal) => ({ stopped: await owner.restartWorkers(limited(signal)) }),
      verify: async () => {
        const queue = await owner.queue(AbortSignal.timeout(3000));
        return queue !== undefined && queue.oldestMs < OLDEST_MS && queue.unsettledMs < OLDEST_MS;
      },
    },
    sampleLog(parts, limited),
  ];
}

/** Judged by what was written since the fix: lines of the minute before say nothing of what it does. */
function sampleLog(
  { home, owner, warningsSince, now }: StorageParts,
  limited: (signal: AbortSignal) => AbortSignal,
): Fix {
  return {
    name: "sample-log",
    verifyMs: 120_000,
    apply: async ({ subject }, signal) => {
      await owner.sampleLog(limited(signal));
      rotateFile(join(homePaths(home).logs, `${subject}.ndjson`));
      return { at: await now() };
    },
    verify: async ({ subject }, done) => {
      const since = Number(done?.["at"]) + SETTLING_MS;
      const seconds = ((await now()) - since) / 1000;
      const count = warningsSince(subject, since);
      if (count === undefined || !(seconds >= QUIET_SECONDS)) return false;
      return (count / seconds) * 60 < FLOOD / 10;
    },
  };
}

/**
 * Logs that were written are rotated, and all but the newest of each go; so do backups that are no longer kept, and what
 * processes that were killed have left of backups and sandboxes. Nothing else is touched.
 */
async function freeSpace(home: string): Promise<Done> {
  const { logs } = homePaths(home);
  const before = await diskOf(home);
  const { rotate } = planRotation(await logFamilies(logs), 1);
  // What a process has open stays: it writes on where it began.
  for (const { path } of rotate) if (path.endsWith(".ndjson")) rotateFile(path);
  for (const file of planRotation(await logFamilies(logs), 1).remove) removeLog(file);
  await removeAllOrphans();
  // While one is being made, its own end deletes the old ones.
  const backups = await pruneBackups(home).catch(() => []);
  const after = await diskOf(home);
  return { freed: Math.max(0, after.free - before.free), backups: backups.length };
}

/**
 * A backup by the usual command, in a process of its own. One of many gigabytes takes longer than it is waited for: it
 * goes on, and what was found is over when it is there.
 */
function runBackup({ home, program }: Pick<StorageParts, "home" | "program">): Fix {
  const names = async (): Promise<readonly string[]> =>
    (await listBackups(homePaths(home).backups)).map(({ name }) => name);
  return {
    name: "run-backup",
    verifyMs: 120_000,
    apply: async (_finding, signal) => {
      const before = (await names()).join(" ");
      const args = ["backup", "now", "--json"];
      // Its failure shows in the missing backup.
      void runOrg({ home, program, args, signal }).catch(() => undefined);
      return { before };
    },
    verify: async (_finding, done) => {
      if (typeof done?.["before"] !== "string") return false;
      const before = new Set(done["before"].split(" "));
      return (await names()).some((name) => !before.has(name));
    },
  };
}
