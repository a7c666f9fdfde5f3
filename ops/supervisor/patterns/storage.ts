/** Patterns of what a home keeps: disk, databases, backups and logs. */
import type { Look } from "../observation.ts";
import type { Finding, Pattern } from "../pattern.ts";
import { lastLooks } from "./serving.ts";

const MEBIBYTE = 1024 ** 2;
const LOOKS = 3;
const LITTLE_DISK = 512 * MEBIBYTE;
const LITTLE_SHARE = 0.05;
const CRITICAL_DISK = 128 * MEBIBYTE;
/** The owner brings a log of 16 MiB into its file; so many looks, 15 s, are more than one large commit takes. */
const LARGE_WAL = 64 * MEBIBYTE;
const WAL_LOOKS = 4;
const MINUTE_MS = 60_000;
const BACKUP_MS = 36 * 60 * MINUTE_MS;
/** Warnings a minute that no work writes. */
export const FLOOD = 1000;

const HOME = "home";

/** Below it work is in danger, in bytes. */
export function littleDisk(total: number): number {
  // A small file system is not low for being small: there the share decides.
  return Math.max(Math.min(LITTLE_DISK, total * 0.5), total * LITTLE_SHARE);
}

export const diskLow: Pattern = {
  ...{ id: "disk-low", fix: "free-space", auto: true },
  detect: (observation) => {
    const last = observation.looks.at(-1);
    if (last === undefined) return [];
    const looks = isFull(last) ? [last] : (lastLooks(observation, LOOKS) ?? []);
    const isLow = looks.length > 0 && looks.every(isLowOrFull);
    if (!isLow) return [];
    const why = `${Math.round(last.disk.free / MEBIBYTE)} MiB are free of ${Math.round(last.disk.total / MEBIBYTE)}`;
    return [{ pattern: "disk-low", subject: HOME, why }];
  },
};

function isLowOrFull(look: Look): boolean {
  return isFull(look) || look.disk.free < littleDisk(look.disk.total);
}

function isFull({ disk, processes }: Look): boolean {
  const critical = Math.min(CRITICAL_DISK, disk.total * 0.25);
  return disk.free < critical || processes.some(({ ready }) => ready === "ENOSPC");
}

export const walGrown: Pattern = {
  ...{ id: "wal-grown", fix: "checkpoint", auto: true },
  detect: (observation) => {
    const looks = lastLooks(observation, WAL_LOOKS);
    const last = looks?.at(-1);
    // A backup keeps the file as it is and lets the log grow for as long as it reads.
    if (looks === undefined || last === undefined || looks.some(({ isBackingUp }) => isBackingUp))
      return [];
    return last.wals.flatMap(({ name, bytes }): readonly Finding[] => {
      const sizes = looks.map(({ wals }) => wals.find((one) => one.name === name)?.bytes ?? 0);
      // One that has become smaller is being brought into the file.
      const isLarge = sizes.every(
        (size, index) => size > LARGE_WAL && size >= (sizes[index - 1] ?? 0),
      );
      if (!isLarge) return [];
      const why = `the log of ${name} has had more than 64 MiB for ${WAL_LOOKS} looks, now ${Math.round(bytes / MEBIBYTE)}`;
      return [{ pattern: "wal-grown", subject: name, why }];
    });
  },
};

export const backupStale: Pattern = {
  ...{ id: "backup-stale", fix: "run-backup", auto: true },
  detect: ({ looks }) => {
    const last = looks.at(-1);
    const { backupAt, homeSince, isBackupVerified = false, isBackupOff } = last?.health ?? {};
    // The first one is due within a day.
    const since = backupAt ?? homeSince;
    if (last === undefined || since === undefined) return [];
    const isDamaged = backupAt !== undefined && !isBackupVerified;
    const isOld = last.wall - since > BACKUP_MS && isBackupOff !== true;
    if (!isDamaged && !isOld) return [];
    const hours = Math.round((last.wall - since) / (60 * MINUTE_MS));
    const what = backupAt === undefined ? "there is no backup of a home that" : "the newest backup";
    const why = isDamaged
      ? "the newest backup did not pass its test of being restored"
      : `${what} is ${hours} hours old`;
    // A person who has switched them off makes them by hand.
    const isForPerson = isBackupOff === true;
    return [{ pattern: "backup-stale", subject: HOME, why, isForPerson }];
  },
};

/** Codes of a file that SQLite cannot read. */
const CORRUPT: ReadonlySet<string> = new Set(["JOURNAL_CORRUPT", "MEMORY_DAMAGED"]);
/** What SQLite says of one that it meets while it reads it. */
const CORRUPT_ERRNO = /^SQLITE_(?:CORRUPT|NOTADB)/;
/** Codes of failures that patterns deal with, or that a person has to. */
export const HANDLED_CODES: ReadonlySet<string> = new Set([
  ...CORRUPT,
  ...["HOME_BUSY", "LOCK_HELD", "USAGE", "CONFIG_INVALID", "PROVIDER_UNREACHABLE"],
  ...["PROVIDER_PAUSED", "PROVIDER_REFUSED", "PROVIDER_BUSY", "MODEL_MISSING", "JOURNAL_FAILED"],
]);
/** Written by our own processes about their own files; a job's code may be any text. */
const OWN_TROUBLE: ReadonlySet<string> = new Set(["start-failed", "fault"]);

export const databaseCorrupt: Pattern = {
  ...{ id: "db-corrupt", fix: "restore-damaged", auto: false },
  detect: ({ looks, lines }) => {
    const last = looks.at(-1);
    const damaged = (last?.health?.damaged ?? []).map((name): Finding => {
      return { pattern: "db-corrupt", subject: name, why: `the check of ${name} did not end well` };
    });
    const line = lines.findLast(
      ({ event = "", code = "", errno = "" }) =>
        OWN_TROUBLE.has(event) && (CORRUPT.has(code) || CORRUPT_ERRNO.test(errno)),
    );
    if (line === undefined) return damaged;
    // Of a home that runs again it is the past.
    const runs = last?.processes.some(
      ({ role, lives, identity }) => role === line.source && lives && identity.pid !== line.pid,
    );
    if (runs === true && line.event === "start-failed") return damaged;
    const failureCode = CORRUPT.has(line.code ?? "") ? line.code : line.errno;
    const why = `the log of ${line.source} says ${failureCode}`;
    return [...damaged, { pattern: "db-corrupt", subject: line.source, why }];
  },
};

export const logFlood: Pattern = {
  ...{ id: "log-flood", fix: "sample-log", auto: true },
  detect: ({ warnings }) =>
    [...warnings].flatMap(([source, count]) => {
      if (count <= FLOOD) return [];
      const why = `${count} warnings within a minute`;
      return [{ pattern: "log-flood", subject: source, why }];
    }),
};
