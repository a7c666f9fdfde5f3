/**
 * The lock of a Git index, held as Git itself holds it: no other Git can commit, stage or switch meanwhile.
 *
 * The lock is a second name of a file with a name of ours. So the process that comes next after a crash knows whose
 * lock it is, and never removes that of another program.
 */

import { constants } from "node:fs";
import { link, lstat, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { OrgError } from "#core/errors.ts";
import { copyRegularFile, errnoOf, fileFailed, syncFolder } from "#platform/files.ts";
import { ABSENT } from "#platform/git/entry-modes.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { FileMove } from "./move-file.ts";
import { indexIsLocked, readIndex, type UserCheckout } from "./user-checkout.ts";

// For reading as well: so a FIFO does not hold us.
const { O_RDWR, O_APPEND, O_CREAT } = constants;

/** Where the parts of one change lie inside the user's repository. */
export interface IndexLock {
  readonly repository: UserCheckout["repository"];
  /** Of the change. */
  readonly id: string;
}

/** How long another Git may hold the index, in milliseconds; it holds it for the time of one command. */
const PATIENCE_MS = 5000;
const LOOK_MS = 50;

/** @throws {OrgError} `LOCK_HELD` when another program has the lock for too long. */
export async function takeIndexLock(lock: IndexLock): Promise<void> {
  const { holder, lockFile } = pathsOf(lock);
  const start = performance.now();
  try {
    await using _ = await open(holder, O_RDWR | O_APPEND | O_CREAT, 0o600);
    while (!(await isOurs(lock))) {
      if (await tryLink(holder, lockFile)) return;
      if (performance.now() - start > PATIENCE_MS) throw indexIsLocked(lock);
      await sleep(LOOK_MS);
    }
  } catch (error) {
    throw error instanceof OrgError ? error : fileFailed(lockFile, error);
  }
}

/** Gives it up if it is ours, and removes what was prepared; can be repeated. */
export async function releaseIndexLock(lock: IndexLock): Promise<void> {
  const { holder, lockFile, prepared } = pathsOf(lock);
  if (await isOurs(lock)) await rm(lockFile, { force: true });
  await Promise.all(
    [prepared, `${prepared}.lock`, holder].map((path) => rm(path, { force: true })),
  );
}

/**
 * Prepares the index with the new versions, beside the one that counts. What a user has staged since is left.
 *
 * @throws {OrgError} `PROCESS_FAILED` when Git refuses a path.
 */
export async function prepareIndex(lock: IndexLock, moves: readonly FileMove[]): Promise<void> {
  const { index, prepared } = pathsOf(lock);
  await rm(`${prepared}.lock`, { force: true });
  await copyRegularFile(index, prepared);
  const repository = { ...lock.repository, index: prepared };
  const entries = await readIndex(repository);
  // What goes makes room for what comes: Git refuses a file below another one.
  const removedFirst = moves.toSorted((a, b) => a.newMode.localeCompare(b.newMode));
  const lines = removedFirst.flatMap(({ path, oldMode, oldId, newMode, newId }) => {
    const entry = entries.get(path);
    const isOld = isEntry(entry, { mode: oldMode, id: oldId });
    return isOld ? [`${newMode} ${newId}\t${path}\0`] : [];
  });
  await gitText(repository, ["update-index", "-z", "--index-info"], { stdin: lines.join("") });
}

/** Makes the prepared index the one that counts, with the times of the files in it. */
export async function installIndex(lock: IndexLock): Promise<void> {
  const { index, prepared } = pathsOf(lock);
  const repository = { ...lock.repository, index: prepared };
  await gitRaw(repository, ["update-index", "-q", "--refresh"], { exitCodes: [0, 1] });
  await rename(prepared, index);
  await syncFolder(lock.repository.gitDir);
}

interface Entry {
  readonly mode: string;
  readonly id: string;
}

const NOTHING: Entry = { mode: ABSENT, id: "" };

/** Whether an entry is this one; that there is none is an entry, too. */
export function isEntry(entry: Entry = NOTHING, { mode, id }: Entry): boolean {
  return entry.mode === mode && (mode === NOTHING.mode || entry.id === id);
}

function pathsOf({ repository: { gitDir }, id }: IndexLock) {
  return {
    index: join(gitDir, "index"),
    lockFile: join(gitDir, "index.lock"),
    holder: join(gitDir, `org-${id}.lock`),
    prepared: join(gitDir, `org-${id}.index`),
  };
}

async function isOurs(lock: IndexLock): Promise<boolean> {
  const { holder, lockFile } = pathsOf(lock);
  const [ours, theirs] = await Promise.all(
    [holder, lockFile].map((path) => lstat(path).catch(() => undefined)),
  );
  return ours !== undefined && ours.ino === theirs?.ino && ours.dev === theirs.dev;
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw error;
  }
}
