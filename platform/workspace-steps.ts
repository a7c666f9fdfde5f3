/**
 * Paths of a folder that others change meanwhile, taken step by step.
 *
 * Every step begins at an open folder (`/proc/self/fd/N/name`, which is what `openat` does) and follows no link: there is
 * no moment between check and use.
 */
import type { Stats } from "node:fs";
import { constants, type FileHandle, lstat, mkdir, open, readlink } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { errnoOf, fileFailed, syncFolder } from "./files.ts";
import { pathRefused } from "./workspace-path.ts";

/** A path below a folder. */
export interface WorkspaceTarget {
  readonly root: string;
  readonly path: string;
}

const { O_DIRECTORY, O_NOFOLLOW } = constants;

/** The folder that `names` lead to; `undefined` when one of them is missing. */
export async function openFolders(
  target: WorkspaceTarget,
  names: readonly string[],
): Promise<FileHandle | undefined> {
  let folder = await open(target.root, O_DIRECTORY);
  for (const name of names) {
    await using parent = folder;
    const next = await openFolder(target, within(parent, name));
    if (next === undefined) return undefined;
    folder = next;
  }
  return folder;
}

/** Opens the folder that `names` lead to, and creates what is missing on the way. */
export async function createFolders(
  target: WorkspaceTarget,
  names: readonly string[],
): Promise<FileHandle> {
  // The root itself may be a link: it was chosen by the person, not by a model.
  let folder = await open(target.root, O_DIRECTORY).catch((error: unknown) => {
    throw fileFailed(target.root, error);
  });
  for (const name of names) {
    await using parent = folder;
    folder = await createFolder(target, within(parent, name));
  }
  return folder;
}

async function createFolder(target: WorkspaceTarget, path: string): Promise<FileHandle> {
  const existing = await openFolder(target, path);
  if (existing !== undefined) return existing;
  try {
    await mkdir(path, 0o755);
    await syncFolder(dirname(path));
  } catch (error) {
    // Another process made it first: opening it says whether it is a folder.
    if (errnoOf(error) !== "EEXIST") throw fileFailed(target.path, error);
  }
  const created = await openFolder(target, path);
  if (created === undefined) throw pathRefused(target.path, "a folder of it was taken away");
  return created;
}

/** @returns `undefined` when there is nothing. */
async function openFolder(target: WorkspaceTarget, path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT") return undefined;
    if (errno !== "ENOTDIR" && errno !== "ELOOP") throw fileFailed(target.path, error);
    throw pathRefused(target.path, await describeObstacle(path));
  }
}

/** @returns `undefined` when there is nothing; refuses everything but a regular file. */
export async function statFile(target: WorkspaceTarget, path: string): Promise<Stats | undefined> {
  const stats = await lstat(path).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw fileFailed(target.path, error);
  });
  if (stats === undefined || stats.isFile()) return stats;
  throw pathRefused(target.path, await describeObstacle(path));
}

async function describeObstacle(path: string): Promise<string> {
  const name = JSON.stringify(basename(path));
  const target = await readlink(path).catch(() => undefined);
  if (target !== undefined) return `${name} is a link to ${JSON.stringify(target)}`;
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isDirectory() === true) return `${name} is a folder`;
  return stats?.isFile() === true ? `${name} is a file` : `${name} is not a regular file`;
}

/** The name below an open folder, whatever happens meanwhile to the path that led to the folder. */
export function within(folder: FileHandle, name: string): string {
  return `/proc/self/fd/${folder.fd}/${name}`;
}
