/** Folders that do not outlive their use, nor for long the process that was killed in it. */
import {
  chmod,
  lstat,
  mkdtemp,
  readdir,
  readlink,
  realpath,
  rename,
  rmdir,
  unlink,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errnoOf } from "./files.ts";
import { readProcessInfo } from "./process-info.ts";

export interface TemporaryFolder extends AsyncDisposable {
  /** Absolute, without links. */
  readonly path: string;
}

/**
 * Makes a folder for this user alone; disposing removes it. What processes that were killed have left of the same use is
 * removed first: a name tells whose folder it is, from the first moment on.
 *
 * @param use as "exec"; a part of the name.
 * @param root absolute path of the folder in which it is made. @default the system's for what is temporary
 */
export async function temporaryFolder(
  use: string,
  root: string = tmpdir(),
): Promise<TemporaryFolder> {
  const space = await processSpace();
  await removeOrphans(root, `org-${use}-${space}-`);
  const startTime = (await readProcessInfo(process.pid))?.startTime ?? 0;
  const name = `org-${use}-${space}-${process.pid}-${startTime}-`;
  const path = await realpath(await mkdtemp(join(root, name)));
  return { path, [Symbol.asyncDispose]: () => removeFolder(path) };
}

/**
 * Removes a folder with all that a program may have put there; fine when it is gone. Folders in folders are moved to the
 * top first: `rm` of Bun takes 14 seconds for 3,000 in one another, and names that long end at 4,096 bytes.
 */
export async function removeFolder(path: string): Promise<void> {
  const top = Buffer.from(path);
  if ((await removeFile(top)) === undefined) return;
  const pending = await removeFilesIn(top);
  let moved = 0;
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const inner of await removeFilesIn(folder)) {
      moved += 1;
      pending.push(await moveTo(inner, inside(top, `.${MOVED}-${moved}`)));
    }
    await rmdir(folder);
  }
  await rmdir(top).catch(unlessGone);
}

/** @returns the folders in it. */
async function removeFilesIn(folder: Buffer): Promise<Buffer<ArrayBuffer>[]> {
  // A program may make folders that it cannot change itself, and neither can its user; of another user they may be empty.
  await chmod(folder, 0o700).catch(() => undefined);
  const names = await readdir(folder, { encoding: "buffer" });
  const folders: Buffer<ArrayBuffer>[] = [];
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const some = names.slice(start, start + AT_ONCE).map((name) => inside(folder, name));
    const remaining = await Promise.all(some.map(removeFile));
    folders.push(...remaining.filter((one) => one !== undefined));
  }
  return folders;
}

/** Files that are removed side by side. */
const AT_ONCE = 64;
/** Begins a name that nothing else has. */
const MOVED: string = crypto.randomUUID();

function inside(folder: Buffer, name: Buffer | string): Buffer<ArrayBuffer> {
  return Buffer.concat([folder, Buffer.from("/"), Buffer.from(name)]);
}

/** @returns the path, where it is a folder. */
async function removeFile(path: Buffer<ArrayBuffer>): Promise<Buffer<ArrayBuffer> | undefined> {
  try {
    await unlink(path);
  } catch (error) {
    if (errnoOf(error) === "EISDIR") return path;
    unlessGone(error);
  }
  return undefined;
}

async function moveTo<Path extends Buffer>(folder: Buffer, target: Path): Promise<Path> {
  // It holds the entry for the folder above, which changes.
  await chmod(folder, 0o700).catch(() => undefined);
  await rename(folder, target);
  return target;
}

function unlessGone(error: unknown): void {
  if (errnoOf(error) !== "ENOENT") throw error;
}

/** Process ids mean something in one namespace alone: a container may share the folder and not the ids. */
export async function processSpace(): Promise<string> {
  const [id = "0"] = /\d+/.exec(await readlink("/proc/self/ns/pid")) ?? [];
  return Number(id).toString(36);
}

/** Removes what processes that are gone have left of every use. */
export async function removeAllOrphans(): Promise<void> {
  const space = await processSpace();
  const uses = new Set(
    (await readdir(tmpdir()).catch(() => [])).flatMap(
      (name) => new RegExp(`^org-[a-z-]+-${space}-(?=\\d+-\\d+-)`).exec(name)?.[0] ?? [],
    ),
  );
  for (const prefix of uses) await removeOrphans(tmpdir(), prefix);
}

async function removeOrphans(root: string, prefix: string): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const [pid, startTime] = name.slice(prefix.length).split("-").map(Number);
    if (pid === undefined || startTime === undefined || !(pid > 0)) continue;
    if ((await readProcessInfo(pid))?.startTime === startTime) continue;
    // What cannot be removed, as of another user, is not an obstacle to a folder of our own.
    await removeOurs(join(root, name)).catch(() => undefined);
  }
}

async function removeOurs(path: string): Promise<void> {
  const { uid } = await lstat(path);
  if (uid === process.geteuid?.()) await removeFolder(path);
}
