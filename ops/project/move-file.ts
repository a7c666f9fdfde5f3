/** Files of the user's work tree: what lies at a path, and how it becomes another version as `git checkout` makes it. */
import { lstatSync } from "node:fs";
import {
  lstat,
  mkdir,
  readdir,
  readlink,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { TreeChange } from "#fitness/gate/tree-diff.ts";
import { errnoOf, fileFailed, loadBytes, writeFileAtomically } from "#platform/files.ts";
import { ABSENT, EXECUTABLE, LINK } from "#platform/git/entry-modes.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import { refusal, type UserCheckout } from "./user-checkout.ts";

/** A path whose content is to change. */
export interface FileMove {
  readonly path: string;
  /** Six octal digits; `000000`: there is no such file. */
  readonly oldMode: string;
  readonly oldId: string;
  readonly newMode: string;
  readonly newId: string;
}

/**
 * What lies at the path: the old version, the new one, or neither. What leads through a link, or through a file in place
 * of a folder, is neither.
 */
export async function stateOf(
  checkout: UserCheckout,
  { path, oldMode, oldId, newMode, newId }: FileMove,
): Promise<"old" | "new" | "other"> {
  if (await holds(checkout, path, { mode: oldMode, id: oldId })) return "old";
  if (newMode === ABSENT && (await isFolderNow(checkout, path))) return "new";
  if (await holds(checkout, path, { mode: newMode, id: newId })) return "new";
  return "other";
}

/** Git keeps no folders: one instead of a file, and a file instead of its folder, count as a replacement. */
async function isFolderNow(checkout: UserCheckout, path: string): Promise<boolean> {
  if ((await wayProblem(checkout, path)) !== undefined) return true;
  const entry = await entryAt(join(checkout.repository.workTree, path));
  return entry?.isDirectory() === true;
}

/**
 * Why there can be no file at a path, whatever it would contain; undefined when there can.
 *
 * @param gone files that will not be there by then.
 */
export async function wayProblem(
  checkout: UserCheckout,
  path: string,
  gone: ReadonlySet<string> = new Set(),
): Promise<string | undefined> {
  const names = path.split("/").slice(0, -1);
  for (const [index] of names.entries()) {
    const folder = names.slice(0, index + 1).join("/");
    const entry = await entryAt(join(checkout.repository.workTree, folder));
    if (entry === undefined || (gone.has(folder) && !entry.isDirectory())) return undefined;
    if (entry.isSymbolicLink()) return "leads through a link";
    if (!entry.isDirectory()) return "leads through what is not a folder";
  }
  return undefined;
}

/** Whether a new file will have its place once other files are gone: one of them is its folder now, or they fill a folder of its name. */
export async function isVacated(
  checkout: UserCheckout,
  path: string,
  gone: ReadonlySet<string>,
): Promise<boolean> {
  const { workTree } = checkout.repository;
  if ((await wayProblem(checkout, path)) !== undefined) {
    return (await wayProblem(checkout, path, gone)) === undefined;
  }
  const entry = await entryAt(join(workTree, path));
  return entry?.isDirectory() === true && (await holdsOnly(join(workTree, path), path, gone));
}

/** Whether a folder will be empty, and so not be there. */
async function holdsOnly(
  folder: string,
  path: string,
  gone: ReadonlySet<string>,
): Promise<boolean> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const below = `${path}/${entry.name}`;
    const isEmptied = entry.isDirectory()
      ? await holdsOnly(join(folder, entry.name), below, gone)
      : gone.has(below);
    if (!isEmptied) return false;
  }
  return true;
}

async function holds(
  checkout: UserCheckout,
  path: string,
  { mode, id }: { readonly mode: string; readonly id: string },
): Promise<boolean> {
  if ((await wayProblem(checkout, path)) !== undefined) return false;
  const target = join(checkout.repository.workTree, path);
  const entry = await entryAt(target);
  if (entry === undefined || mode === ABSENT) return entry === undefined && mode === ABSENT;
  if (mode === LINK) {
    return entry.isSymbolicLink() && blobId(await readlink(target, "buffer"), id.length) === id;
  }
  if (!entry.isFile()) return false;
  const isExecutable = (entry.mode & 0o100) !== 0;
  if (checkout.hasModes && isExecutable !== (mode === EXECUTABLE)) return false;
  const data = await loadBytes(target);
  if (blobId(data, id.length) === id) return true;
  // The line ends of a work tree may be others than those of its blobs.
  const args = ["hash-object", "--stdin", `--path=${path}`];
  return (await gitText(checkout.repository, args, { stdin: data })) === id;
}

async function entryAt(path: string) {
  return await lstat(path).catch((error: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(error))) return undefined;
    throw error;
  });
}

function blobId(data: Uint8Array, digits: number): string {
  const hasher = new Bun.CryptoHasher(digits === 64 ? "sha256" : "sha1");
  return hasher.update(`blob ${data.byteLength}\0`).update(data).digest("hex");
}

/** What the system says of a path; it differs after every change of what lies there. */
export function stampOf({ repository }: UserCheckout, path: string): string {
  try {
    const entry = lstatSync(join(repository.workTree, path), { bigint: true });
    return [entry.ino, entry.mode, entry.size, entry.mtimeNs, entry.ctimeNs].join(" ");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(error))) return "";
    throw error;
  }
}

export interface NewFile {
  /** Name of a file that nothing else has, in whichever folder: a crash may leave it there. */
  readonly temporary: string;
  /** {@link stampOf} of the old version, from before it was compared. */
  readonly stamp: string;
}

/**
 * Makes the new version. Until the last moment the old one is whole.
 *
 * @returns false, with nothing changed, where the user has changed the old version since.
 * @throws {OrgError} `FILE_FAILED` when the system refuses.
 */
export async function makeNew(
  checkout: UserCheckout,
  move: FileMove,
  { temporary, stamp }: NewFile,
): Promise<boolean> {
  const { path, newMode, newId } = move;
  const { workTree } = checkout.repository;
  const target = join(workTree, path);
  // Making a version takes a while, in which an editor may save its own.
  const isUntouched = () => stampOf(checkout, path) === stamp;
  try {
    if (newMode === ABSENT) {
      if (!isUntouched()) return false;
      await rm(target, { force: true });
      await removeEmptyFolders(workTree, dirname(path));
      return true;
    }
    await mkdir(dirname(target), { recursive: true });
    const beside = join(dirname(target), temporary);
    const data = await contentOf(checkout, path, { mode: newMode, id: newId });
    if (newMode === LINK) {
      await symlink(Buffer.from(data), beside);
      const isCurrent = isUntouched();
      await (isCurrent ? rename(beside, target) : unlink(beside));
      return isCurrent;
    }
    const mode = await modeFor(checkout, move);
    let isCurrent = true;
    const ask = (): boolean => {
      isCurrent = isUntouched();
      return isCurrent;
    };
    await writeFileAtomically(target, data, { mode, temporary: beside, mayReplace: ask });
    return isCurrent;
  } catch (error) {
    throw error instanceof Error && "code" in error ? fileFailed(target, error) : error;
  }
}

/** Removes what a crash left of {@link makeNew}, and folders that it made for nothing. */
export async function removeTemporary(
  checkout: UserCheckout,
  path: string,
  temporary: string,
): Promise<void> {
  if ((await wayProblem(checkout, path)) !== undefined) return;
  const folder = dirname(join(checkout.repository.workTree, path));
  await unlink(join(folder, basename(temporary))).catch(() => undefined);
}

async function contentOf(
  { repository }: UserCheckout,
  path: string,
  { mode, id }: { readonly mode: string; readonly id: string },
): Promise<Uint8Array> {
  // Line ends and encoding as the attributes say; programs that the configuration names do not run.
  const args = mode === LINK ? ["blob", id] : ["--filters", `--path=${path}`, id];
  return (await gitRaw(repository, ["cat-file", ...args], { maxBytes: MAX_FILE_BYTES })).stdout;
}

/** Largest file in bytes that is made: one is held in memory as a whole. */
export const MAX_FILE_BYTES: number = 512 * 1024 * 1024;

/** The bits that the file has; of a new one what its folder grants, which is what its owner is used to. */
async function modeFor(
  { repository, hasModes }: UserCheckout,
  { path, oldMode, newMode }: FileMove,
): Promise<number> {
  const target = join(repository.workTree, path);
  const old = await entryAt(target);
  const isOld = old?.isFile() === true;
  // Of what only the disk knows a change says nothing.
  if (isOld && !hasModes && oldMode === newMode) return old.mode & 0o777;
  const bits = isOld
    ? old.mode & 0o777
    : ((await lstat(dirname(target))).mode & 0o664 & ~process.umask()) | 0o600;
  return newMode === EXECUTABLE ? bits | ((bits & 0o444) >> 2) : bits & ~0o111;
}

/** As Git does: a folder without files is not kept. */
async function removeEmptyFolders(top: string, folder: string): Promise<void> {
  for (let path = folder; path !== "."; path = dirname(path)) {
    try {
      await rmdir(join(top, path));
    } catch {
      return;
    }
  }
}

/** @throws {OrgError} `PATH_REFUSED` for a name that is not UTF-8. */
export function movesOf(changes: readonly TreeChange[]): readonly FileMove[] {
  return changes.map(({ path, oldMode, oldId, newMode, newId }) => {
    if (path !== undefined) return { path, oldMode, oldId, newMode, newId };
    throw refusal("The name of a changed file is not valid UTF-8", {
      code: "PATH_REFUSED",
      why: "Such a name cannot be shown, so it cannot be reviewed.",
      remedies: ["give the file another name"],
    });
  });
}
