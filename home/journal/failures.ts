/** What a person reads when the journal, or another file of its make, cannot be opened or written. */

import { dirname } from "node:path";
import { OrgError, reasonOf } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { errnoOf } from "#platform/files.ts";

/** A database that one process owns. */
export interface OwnedFile {
  readonly path: string;
  /** What a person calls it. */
  readonly noun: "journal" | "queue" | "memory" | "rule book" | "database";
}

/** The file is damaged or not ours; `why` is one clause. */
export function journalCorrupt({ path, noun }: OwnedFile, why: string): OrgError {
  const folder = dirname(path);
  const damaged = `${folder}/damaged`;
  return new OrgError(`The ${noun} "${path}" cannot be read`, {
    code: "JOURNAL_CORRUPT",
    why,
    remedies:
      noun === "journal"
        ? [
            `mv ${shellWord(folder)} ${shellWord(`${folder}.damaged`)}   # keeps it; org then starts with an empty journal`,
            `after that, to go on from a backup: mkdir -m 700 ${shellWord(folder)} && cp BACKUP ${shellWord(path)}`,
          ]
        : [
            `mkdir -m 700 ${shellWord(damaged)} && mv ${shellWord(path)}* ${shellWord(damaged)}   # keeps it; org then starts with an empty ${noun}`,
          ],
    unchanged: "Nothing was overwritten.",
  });
}

/** Why a file that is sound cannot be read: another version of org wrote it. */
export class OtherVersion extends Error {
  override readonly name = "OtherVersion";
}

/** The file is sound, but of a version that this program does not know. */
export function journalTooNew(
  { path, noun }: OwnedFile,
  found: number,
  supported: number,
): OrgError {
  return new OrgError(`The ${noun} "${path}" was written by another version of org`, {
    code: "JOURNAL_CORRUPT",
    why: `It has schema version ${found}; this org reads version ${supported}.`,
    remedies: ["use the version of org that wrote it, or a later one"],
    unchanged: "Nothing was overwritten.",
    cause: new OtherVersion(`schema version ${found}`),
  });
}

/** SQLite or the system refused to read or write. */
export function journalFailed({ path, noun }: OwnedFile, cause: unknown): OrgError {
  const code = errnoOf(cause);
  return new OrgError(`The ${noun} "${path}" could not be used`, {
    code: "JOURNAL_FAILED",
    why: code === "" ? reasonOf(cause) : `${code}: ${reasonOf(cause)}`,
    remedies: [remedyFor(code, path)],
    unchanged: "Earlier data is safe; this was not written.",
    cause,
  });
}

/** A caller still writes while the file is being closed. */
export function journalClosed({ path, noun }: OwnedFile): OrgError {
  return new OrgError(`The ${noun} "${path}" is closed`, {
    code: "JOURNAL_FAILED",
    why: "This process is ending.",
    remedies: ["run the command again"],
    unchanged: "Earlier data is safe; this was not written.",
  });
}

/** Another connection holds the file. */
export function isBusy(error: unknown): boolean {
  return errnoOf(error).startsWith("SQLITE_BUSY");
}

/** The content is wrong, whatever one does with the system around it. */
export function isCorrupt(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(errnoOf(error));
}

function remedyFor(code: string, path: string): string {
  const folder = dirname(path);
  if (/FULL|ENOSPC|SHMSIZE/.test(code))
    return `df -h ${shellWord(folder)}   # free some space, then try again`;
  if (/READONLY|CANTOPEN|PERM|EACCES|EROFS|IOERR_LOCK/.test(code)) {
    return `ls -ld ${shellWord(folder)}   # this user must be able to write there`;
  }
  return "look at the disk (`dmesg | tail`), then start org again";
}
