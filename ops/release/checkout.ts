/**
 * Keeps a human's checkout in step: when main itself is checked out and main moves, the files that moved
 * follow, as `git pull` would make them. Anything else in it is left alone, whatever branch it is on.
 */

import { lstat, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { readTreeDiff, type TreeChange } from "#fitness/gate/tree-diff.ts";
import { loadBytes, writeFileAtomically } from "#platform/files.ts";
import { readBlobs } from "#platform/git/blobs.ts";
import { EXECUTABLE } from "#platform/git/entry-modes.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";

export interface Move {
  /** Commits. */
  readonly from: string;
  readonly to: string;
}

const NO_OBJECT = /^0+$/;

/**
 * @throws {OrgError} `PATH_REFUSED` when a file that would move was changed by the human: their work is
 *   never written over.
 */
export async function refuseChangedFiles(home: Repository, move: Move): Promise<void> {
  if (!(await hasMain(home))) return;
  const changed: string[] = [];
  for (const { path = "", oldId } of await readTreeDiff(home, move.from, move.to)) {
    const found = await idOnDisk(home, path);
    if (found !== (NO_OBJECT.test(oldId) ? undefined : oldId)) changed.push(path);
  }
  if (changed.length === 0) return;
  throw new OrgError(`${changed.length} of your files would be written over`, {
    code: "PATH_REFUSED",
    why: `You have main checked out, and changed ${changed.slice(0, 5).join(", ")}.`,
    remedies: [
      "git stash, or commit them, or check out another branch",
      "then run the same command again",
    ],
    unchanged: "Nothing was changed.",
  });
}

/** Can be repeated: a file that has moved already is left as it is, and so is one that a human has changed since. */
export async function moveFiles(home: Repository, move: Move): Promise<void> {
  if (home.workTree === undefined || !(await hasMain(home))) return;
  const changes = await readTreeDiff(home, move.from, move.to);
  const added = changes.filter(({ status }) => status !== "D").map(({ newId }) => newId);
  const blobs = await readBlobs(home, [...new Set(added)]);
  const index: string[] = [];
  for (const change of changes) {
    const { path, newMode, newId } = change;
    if (path === undefined) continue;
    await moveFile(home, change, blobs.get(newId));
    index.push(`${newMode} ${newId}\t${path}\0`);
  }
  await gitText(home, ["update-index", "-z", "--index-info"], { stdin: index.join("") });
  await gitRaw(home, ["update-index", "-q", "--refresh"], { exitCodes: [0, 1] });
}

async function moveFile(
  home: Repository,
  { path = "", oldId, newMode }: TreeChange,
  content: Uint8Array | undefined,
): Promise<void> {
  const target = join(home.workTree ?? "", path);
  const found = await idOnDisk(home, path);
  if (found !== undefined && found !== oldId) return;
  if (content === undefined) {
    await rm(target, { force: true });
    return;
  }
  await mkdir(dirname(target), { recursive: true });
  await writeFileAtomically(target, content, { mode: newMode === EXECUTABLE ? 0o755 : 0o644 });
}

async function hasMain(home: Repository): Promise<boolean> {
  if (home.workTree === undefined) return false;
  const args = ["symbolic-ref", "--quiet", "HEAD"];
  const { stdout } = await gitRaw(home, args, { exitCodes: [0, 1] });
  return new TextDecoder().decode(stdout).trim() === "refs/heads/main";
}

/** The id that the file on disk would have; undefined when there is none. */
async function idOnDisk(home: Repository, path: string): Promise<string | undefined> {
  const target = join(home.workTree ?? "", path);
  const entry = await lstat(target).catch(() => undefined);
  if (entry === undefined) return undefined;
  // A link or a folder is nothing that main had there.
  if (!entry.isFile()) return "another kind";
  return await gitText(home, ["hash-object", "--stdin"], { stdin: await loadBytes(target) });
}
