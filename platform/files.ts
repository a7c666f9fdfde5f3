/** Files that are either the old or the new version, whole, whenever the power goes. */
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import {
  constants,
  copyFile,
  link,
  lstat,
  open,
  readdir,
  rename,
  rm,
  stat,
  unlink,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { OrgError, reasonOf } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";

export interface WriteOptions {
  /**
   * Permission bits of the file, whatever the umask is.
   *
   * @default 0o600
   */
  readonly mode?: number;
  /**
   * What error texts call the file.
   *
   * @default the path itself
   */
  readonly displayPath?: string;
  /**
   * Whether a file that is there already may be replaced; else the system refuses with `EEXIST`.
   *
   * @default true
   */
  readonly replaces?: boolean;
  /**
   * Where the new content is written first: a name on the same file system that nothing else has. For a caller that
   * finds it again after a crash.
   *
   * @default a random name in the same folder
   */
  readonly temporary?: string;
  /**
   * Asked when all is written, right before the file gets its name: with `false` everything stays as it is.
   *
   * @default always `true`
   */
  readonly mayReplace?: () => boolean;
}

const { O_RDONLY, O_NONBLOCK, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/**
 * Replaces a file as a whole, durably: when it resolves, the new content survives a power cut; until
 * then every reader sees the old one. A symbolic link at `path` is replaced, never followed.
 *
 * @throws {OrgError} `FILE_FAILED` when the system refuses; the message holds its reason.
 * @see https://man7.org/linux/man-pages/man2/rename.2.html
 */
export async function writeFileAtomically(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  // In the same folder, because a rename is atomic only within one file system.
  const temporary = options.temporary ?? halfWrittenIn(dirname(path));
  try {
    await writeNew(temporary, data, options.mode ?? 0o600);
    if (options.mayReplace?.() === false) return await unlink(temporary);
    if (options.replaces === false) await linkNew(temporary, path);
    else await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    // It may not exist, or have its final name already: the first error is the one to tell.
    await unlink(temporary).catch(() => undefined);
    throw fileFailed(options.displayPath ?? path, error);
  }
}

/** A name for a file that is not whole yet, which {@link removeHalfWritten} knows. */
export function halfWrittenIn(folder: string): string {
  return join(folder, `.${crypto.randomUUID()}.tmp`);
}

/**
 * Removes what a process that was killed left of {@link writeFileAtomically}.
 *
 * @param olderThanMs how long ago it was begun at least, where others may write in the folder. @default no other one writes
 */
export async function removeHalfWritten(folder: string, olderThanMs = 0): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => /^\.[0-9a-f-]{36}\.tmp$/.test(one))) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (olderThanMs === 0 || Date.now() - mtimeMs > olderThanMs) await rm(path, { force: true });
  }
}

/** A link, unlike a rename, fails where the name is taken, however late it was taken. */
async function linkNew(temporary: string, path: string): Promise<void> {
  await link(temporary, path);
  await unlink(temporary);
}

/**
 * Reads a text by its name, and waits for none: a FIFO would hold the process for good, and no signal but SIGKILL would
 * end it. Links are followed.
 *
 * @throws what the system says, and {OrgError} `FILE_FAILED` for what is not a regular file.
 */
export function readTextFile(path: string): string {
  return readBytesFile(path).toString("utf8");
}

/** The bytes of a file, else as {@link readTextFile}. */
export function readBytesFile(path: string): Buffer {
  const file = openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    demandRegular(path, fstatSync(file));
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** As {@link readTextFile}, while everything else goes on. */
export async function loadText(path: string): Promise<string> {
  return (await loadBytes(path)).toString("utf8");
}

/**
 * As {@link readBytesFile}, while everything else goes on.
 *
 * @param mostBytes no more than the first so many are read. @default all
 */
export async function loadBytes(path: string, mostBytes?: number): Promise<Buffer> {
  await using file = await open(path, O_RDONLY | O_NONBLOCK);
  const stats = await file.stat();
  demandRegular(path, stats);
  if (mostBytes === undefined || stats.size <= mostBytes) return await file.readFile();
  const bytes = Buffer.alloc(mostBytes);
  const { bytesRead } = await file.read(bytes, 0, mostBytes, 0);
  return bytes.subarray(0, bytesRead);
}

/** The last bytes of a file, no more than `mostBytes`, else as {@link loadBytes}. */
export async function loadEnd(path: string, mostBytes: number): Promise<Buffer> {
  await using file = await open(path, O_RDONLY | O_NONBLOCK);
  const stats = await file.stat();
  demandRegular(path, stats);
  const from = Math.max(0, stats.size - mostBytes);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, from);
  return buffer.subarray(0, bytesRead);
}

/** Of a file that grows while it is read. */
const LEAST_PIECE_BYTES = 4096;

/** Reads a large file in pieces, else as {@link loadBytes}. */
export async function* filePieces(path: string, pieceBytes: number): AsyncGenerator<Buffer, void> {
  await using file = await open(path, O_RDONLY | O_NONBLOCK);
  const stats = await file.stat();
  demandRegular(path, stats);
  for (let at = 0; ; ) {
    // No more than is left: to clear a mebibyte, twice, for each small file was a sixth of the look through a backup.
    const length = Math.min(pieceBytes, Math.max(LEAST_PIECE_BYTES, stats.size - at));
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, null);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/**
 * Copies a file by its name, with its permissions, in place of what is at `to`; links are followed in `from` alone.
 *
 * @throws what the system says, and {OrgError} `FILE_FAILED` for what is not a regular file.
 */
export async function copyRegularFile(from: string, to: string): Promise<void> {
  await using file = await open(from, O_RDONLY | O_NONBLOCK);
  demandRegular(from, await file.stat());
  // A FIFO may have this name, too.
  await rm(to, { force: true });
  // What is open, and not what has the name by now; the system copies without bringing the bytes here.
  await copyFile(`/proc/self/fd/${file.fd}`, to);
}

function demandRegular(path: string, stats: { isFile(): boolean }): void {
  if (stats.isFile()) return;
  throw new OrgError(`"${path}" is not a regular file`, {
    code: "FILE_FAILED",
    why: "a FIFO, a socket, a device or a folder has its name",
    remedies: [
      `ls -ld ${shellWord(path)}   # and move it away, or put the file there that is meant`,
    ],
    unchanged: "Nothing was read from it, and nothing was written to it.",
  });
}

/**
 * Writes a short file in place, for what may be lost and is read as missing when it is half; waits for no reader of a FIFO.
 *
 * @throws what the system says, and {OrgError} `FILE_FAILED` for what is not a regular file.
 */
export function overwriteFile(path: string, data: string | Uint8Array): void {
  const file = openSync(path, O_WRONLY | O_CREAT | O_NONBLOCK, 0o600);
  try {
    demandRegular(path, fstatSync(file));
    ftruncateSync(file);
    writeFileSync(file, data);
  } finally {
    closeSync(file);
  }
}

/** Makes the names in a folder durable: a new or renamed file may otherwise be gone after a power cut. */
export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}

/** Whether a path is there; of a link, whether the link itself is. */
export async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** Says for a person why a file could not be written, and what usually helps. */
export function fileFailed(path: string, cause: unknown): OrgError {
  return new OrgError(`Could not write "${path}"`, {
    code: "FILE_FAILED",
    why: reasonOf(cause),
    remedies: [remedyFor(cause)],
    unchanged: "The file is whole: the old version, or the new one.",
    cause,
  });
}

/** Says for a person why a file or folder that they named could not be read. @returns `INPUT_MISSING` where it is not there */
export function fileUnreadable(path: string, cause: unknown): OrgError {
  const isMissing = errnoOf(cause) === "ENOENT";
  return new OrgError(`Could not read "${path}"`, {
    code: isMissing ? "INPUT_MISSING" : "FILE_FAILED",
    why: reasonOf(cause),
    remedies: [isMissing ? "correct the path" : "look at its owner and mode (`ls -ld`)"],
    unchanged: "Nothing was changed.",
    cause,
  });
}

/** What usually helps where a file cannot be written. */
export function remedyFor(cause: unknown): string {
  return REMEDIES[errnoOf(cause)] ?? "look at the folder's owner, mode and free space";
}

/** The system's name of an error, such as "ENOENT"; empty when it is not a system error. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: "free some space; `df -h` shows where it is missing",
  SQLITE_FULL: "free some space; `df -h` shows where it is missing",
  EDQUOT: "free some space; your disk quota is used up",
  EACCES: "give yourself write permission on the folder (`ls -ld` shows its owner and mode)",
  EPERM: "give yourself write permission on the folder (`ls -ld` shows its owner and mode)",
  EROFS: "use a folder on a file system that is mounted writable",
  EMFILE: "let org open more files: `ulimit -n 1024` in the shell that starts it",
  ENFILE: "close programs: the machine has all files open that it may",
  ENOENT: "create the folder first (`mkdir -p`)",
  EEXIST: "choose another name, or say that the file may be replaced",
  EISDIR: "choose another name: a folder has this one",
};

async function writeNew(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  await using file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  await file.chmod(mode); // the umask took bits away
  await file.writeFile(data);
  await file.sync();
}
