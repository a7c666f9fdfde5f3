/** Folders that do not outlive their use, nor for long the process that was killed in it. */
import { chmod, lstat, mkdtemp, readdir, readlink, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
 */
export async function temporaryFolder(use: string): Promise<TemporaryFolder> {
  const root = tmpdir();
  const space = await processSpace();
  await removeOrphans(root, `org-${use}-${space}-`);
  const startTime = (await readProcessInfo(process.pid))?.startTime ?? 0;
  const name = `org-${use}-${space}-${process.pid}-${startTime}-`;
  const path = await realpath(await mkdtemp(join(root, name)));
  return { path, [Symbol.asyncDispose]: () => removeFolder(path) };
}

/** Removes a folder with all that a program may have put there; fine when it is gone. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    // A program may make folders that it cannot read itself.
    await openFolders(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function openFolders(path: string): Promise<void> {
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(path, entry.name));
  }
}

/** Process ids mean something in one namespace alone: a container may share the folder and not the ids. */
async function processSpace(): Promise<string> {
  const [id = "0"] = /\d+/.exec(await readlink("/proc/self/ns/pid")) ?? [];
  return Number(id).toString(36);
}

async function removeOrphans(root: string, prefix: string): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const [pid, startTime] = name.slice(prefix.length).split("-").map(Number);
    if (pid === undefined || startTime === undefined || !(pid > 0)) continue;
    if ((await readProcessInfo(pid))?.startTime === startTime) continue;
    // What cannot be removed, as of another user, is no obstacle to a folder of our own.
    await removeOurs(join(root, name)).catch(() => undefined);
  }
}

async function removeOurs(path: string): Promise<void> {
  const { uid } = await lstat(path);
  if (uid === process.geteuid?.()) await removeFolder(path);
}
