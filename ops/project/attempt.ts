/**
 * Attempts at one task: copies of a room beside each other, all of the same commit. Each has a folder and a repository of
 * its own, which borrows the objects of the room and of the user. The room is only read until one of them is taken.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { mergeTrees } from "#fitness/gate/merge-trees.ts";
import { copyRegularFile, loadText, removeHalfWritten } from "#platform/files.ts";
import { treeOfCommit } from "#platform/git/commit-tree.ts";
import { gitRaw } from "#platform/git/raw.ts";
import { removeFolder } from "#platform/temporary-folder.ts";
import { type LockMessages, lockPromoter } from "../release/promoter-lock.ts";
import {
  type Attempt,
  type AttemptsRecord,
  isTakeable,
  readAttempts,
  writeAttempts,
} from "./attempts-record.ts";
import { alternateLine, ROOM_IDENTITY } from "./capture.ts";
import { moveCopy } from "./copy.ts";
import { bringObjects } from "./merge.ts";
import { readRefs, writeRefs } from "./refs.ts";
import { moveRoom, type RoomState, readNotes, repositoryIn, writeNotes } from "./room-folder.ts";
import { RoomLock } from "./room-lock.ts";
import { textDiff } from "./text-diff.ts";
import { TouchedFiles } from "./touched-files.ts";
import { commitTree, countChanges, keepFiles, makerOf, type TurnChange } from "./turns.ts";
import { watchCopy } from "./watch-copy.ts";
import type { ProjectWork } from "./work.ts";

/** Absolute path of the folder that has the attempts of a room. */
export function attemptsFolder({ folder }: Pick<ProjectWork, "folder">): string {
  return join(folder, "attempts");
}

/**
 * Held by the process that makes, takes or removes attempts of a room. The system takes it back when that process dies.
 *
 * @throws {OrgError} `LOCK_HELD` when another process has it.
 */
export function lockAttempts({ folder }: Pick<ProjectWork, "folder">): Disposable {
  return lockPromoter(join(folder, "attempts.lock"), ATTEMPTS);
}

const ATTEMPTS: LockMessages = {
  message: "Attempts are running in this room",
  doing: "makes attempts",
  remedies: ["wait until they have ended; /stop or Ctrl-C where they run ends them"],
};

/** Absolute path of the folder of what attempts that run remember. */
export function attemptsMemory(main: Pick<ProjectWork, "folder">): string {
  return join(attemptsFolder(main), "memory");
}

/** The attempt as a work of its own: the same project, another copy. */
export function attemptWork(main: ProjectWork, number: number): ProjectWork {
  const folder = join(attemptsFolder(main), String(number));
  const repository = repositoryIn(folder);
  return {
    ...main,
    folder,
    repository,
    copy: join(folder, "copy"),
    lock: new RoomLock(join(folder, "lock"), folder),
    touched: new TouchedFiles(folder, () => watchCopy(repository)),
  };
}

/**
 * Makes an attempt out of the room as it was: the same commits, the same files, the same ones hidden. It is there as a
 * whole, or not at all.
 *
 * @param start what all attempts at a task begin with, whatever the room has done since.
 */
export async function createAttempt(
  main: ProjectWork,
  { number, start: { refs, notes } }: { readonly number: number; readonly start: RoomState },
): Promise<ProjectWork> {
  const attempt = attemptWork(main, number);
  const unfinished = `${attempt.folder}.new`;
  await removeFolder(unfinished);
  await mkdir(join(unfinished, "copy"), { recursive: true, mode: 0o700 });
  const repository = repositoryIn(unfinished);
  await borrowFrom(main.repository.gitDir, repository.gitDir);
  await writeRefs(repository, refs);
  await writeNotes(unfinished, notes);
  const { base, work: to } = refs;
  await moveCopy(repository, { from: undefined, to, absent: notes.absent, base });
  await rename(unfinished, attempt.folder);
  return attempt;
}

/** A repository with the settings of another, which reads the objects of that and of those that it borrows from. */
async function borrowFrom(from: string, to: string): Promise<void> {
  for (const name of ["refs", "info", "objects/info"]) {
    await mkdir(join(to, name), { recursive: true, mode: 0o700 });
  }
  for (const name of ["HEAD", "config", "info/exclude"]) {
    await copyRegularFile(join(from, name), join(to, name));
  }
  const borrowed = await loadText(join(from, "objects/info/alternates"));
  const lines = `${alternateLine(join(from, "objects"))}${borrowed}`;
  await writeFile(join(to, "objects/info/alternates"), lines);
}

/** What an attempt changed; no files when it changed none. @param start the turn that it began with. */
export async function attemptChange(
  attempt: Pick<ProjectWork, "repository">,
  start: string,
): Promise<TurnChange> {
  return await countChanges(attempt.repository, start, (await readRefs(attempt.repository)).work);
}

/** Longest difference in bytes. */
const MAX_DIFF_BYTES = 16 * 1024 * 1024;

/**
 * The unified difference of one attempt, as {@link textDiff} prints it; not cleaned for a screen.
 *
 * @throws {OrgError} `INPUT_MISSING` when there is no such attempt, `INPUT_INVALID` when it is longer than 16 MiB.
 */
export async function attemptDiff(main: ProjectWork, number: number): Promise<string> {
  const { start } = await requireAttempt(main, number);
  const { repository } = attemptWork(main, number);
  const { work } = await readRefs(repository);
  const range = { from: start, to: work, renames: true };
  return (await textDiff(repository, range, { maxBytes: MAX_DIFF_BYTES })).text;
}

/** Removes all attempts of a room; the caller holds their lock. They are gone at once, whenever the process ends. */
export async function removeAttempts(main: Pick<ProjectWork, "folder">): Promise<void> {
  const folder = attemptsFolder(main);
  await removeFolder(`${folder}.gone`);
  if (existsSync(folder)) await rename(folder, `${folder}.gone`);
  await removeFolder(`${folder}.gone`);
}

/** Removes what those attempts made that the user cannot take; all of them go where none is left to take. */
export async function removeUntakeable(
  main: Pick<ProjectWork, "folder">,
  record: AttemptsRecord,
): Promise<AttemptsRecord> {
  const folder = attemptsFolder(main);
  if (!record.attempts.some(isTakeable)) {
    await removeAttempts(main);
    return record;
  }
  for (const attempt of record.attempts.filter((one) => !isTakeable(one))) {
    await removeFolder(join(folder, String(attempt.number)));
    await removeFolder(join(folder, `${attempt.number}.new`));
  }
  const ended = { ...record, attempts: record.attempts.filter(({ result }) => result !== null) };
  await writeAttempts(folder, ended);
  return ended;
}

/** What a crash had left of attempts. */
export interface SettledAttempts {
  /** Attempts that were running: they are gone. */
  readonly removed: number;
  /** Verified attempts: they can be taken. */
  readonly left: number;
}

/**
 * Removes what a crash left of attempts that ran, and ends a taking that was cut off. Costs the look for one folder where
 * there are none.
 *
 * @param main opened, so that a move that was cut off is at its end.
 * @returns `undefined` where nothing was cut off, or another process works on the attempts right now.
 */
export async function settleAttempts(main: ProjectWork): Promise<SettledAttempts | undefined> {
  const folder = attemptsFolder(main);
  if (!existsSync(folder) && !existsSync(`${folder}.gone`)) return undefined;
  try {
    using _held = lockAttempts(main);
    return await settleLocked(main, await readAttempts(folder));
  } catch (error) {
    if (error instanceof OrgError && error.code === "LOCK_HELD") return undefined;
    throw error;
  }
}

async function settleLocked(
  main: ProjectWork,
  record: AttemptsRecord | undefined,
): Promise<SettledAttempts | undefined> {
  await removeFolder(attemptsMemory(main));
  await removeHalfWritten(attemptsFolder(main));
  if (record === undefined || (await isTaken(main, record))) {
    await removeAttempts(main);
    return undefined;
  }
  const running = record.attempts.filter(({ result }) => result === null).length;
  const isWhole = running === 0 && record.attempts.some(isTakeable);
  if (isWhole && record.taking === null) return undefined;
  const { attempts } = await removeUntakeable(main, { ...record, taking: null });
  return running === 0 ? undefined : { removed: running, left: attempts.filter(isTakeable).length };
}

/** Whether the room has the turn that was to be made of an attempt. */
async function isTaken({ repository }: ProjectWork, { taking }: AttemptsRecord): Promise<boolean> {
  if (taking === null) return false;
  const { work } = await readRefs(repository);
  const args = ["merge-base", "--is-ancestor", taking, work];
  // 128: the room does not even have the commit.
  return (await gitRaw(repository, args, { exitCodes: [0, 1, 128] })).exitCode === 0;
}

/**
 * Makes one turn of the room out of an attempt, on top of what the room did since; all attempts go.
 *
 * @returns what the turn changes; `undefined` when the room has all of it already.
 * @throws {OrgError} `INPUT_MISSING` when there is no such attempt; `CANDIDATE_CONFLICT` when the room changed the same
 *   lines since: nothing was changed. `LOCK_HELD` while attempts run.
 */
export async function takeAttempt(
  main: ProjectWork,
  number: number,
): Promise<TurnChange | undefined> {
  using _mine = lockAttempts(main);
  using _held = await main.lock.take({ owner: "try" });
  const record = await requireAttempt(main, number);
  main.touched.addAny();
  await keepFiles(main, { persona: "org", title: "changes before an attempt was taken" });
  const { repository, folder } = main;
  const refs = await readRefs(repository);
  const turnCommit = await turnOf(main, record, number);
  if (turnCommit === undefined) {
    await removeAttempts(main);
    return undefined;
  }
  await bringObjects(attemptWork(main, number).repository, repository, {
    commits: [[refs.work, turnCommit]],
  });
  await writeAttempts(attemptsFolder(main), { ...record, taking: turnCommit });
  const notes = await readNotes(folder);
  await moveRoom(folder, { refs: { ...refs, work: turnCommit }, from: refs.work, notes });
  await removeAttempts(main);
  return await countChanges(repository, refs.work, turnCommit);
}

/**
 * The commit that the room is to have, in the repository of the attempt, which sees the room's objects.
 *
 * @returns `undefined` when it would change nothing.
 */
async function turnOf(
  main: ProjectWork,
  { start, task, attempts }: AttemptsRecord,
  number: number,
): Promise<string | undefined> {
  const repository = { ...attemptWork(main, number).repository, identity: ROOM_IDENTITY };
  const parent = (await readRefs(main.repository)).work;
  const theirs = (await readRefs(repository)).work;
  const tree = await mergeTrees(repository, { base: start, ours: parent, theirs });
  if (typeof tree !== "string") throw changedSince(number, tree);
  if (tree === (await treeOfCommit(repository, parent))) return undefined;
  const persona = attempts.find((one) => one.number === number)?.persona ?? "org";
  const author = { persona, title: task, ...(await makerOf(repository, theirs)) };
  return await commitTree(repository, { tree, parent, author });
}

/** @returns the record of all, when one of this number can be taken. */
async function requireAttempt(main: ProjectWork, number: number): Promise<AttemptsRecord> {
  const record = await readAttempts(attemptsFolder(main));
  const takeable = (record?.attempts ?? []).filter(isTakeable);
  if (record !== undefined && takeable.some((one) => one.number === number)) return record;
  const numbers = takeable.map((one: Attempt) => one.number).join(", ");
  throw new OrgError(`There is no attempt ${number} to take`, {
    code: "INPUT_MISSING",
    why: numbers === "" ? "no attempts wait in this room" : `those that can be taken: ${numbers}`,
    remedies: ["/try TASK   # or: org project try TASK"],
    unchanged: "Nothing was changed.",
  });
}

function changedSince(number: number, conflicts: readonly string[]): OrgError {
  return new OrgError(`Attempt ${number} does not fit the room any more`, {
    code: "CANDIDATE_CONFLICT",
    why: `the room changed since the attempts began: ${conflicts.join("; ")}`,
    remedies: [
      "/undo   # takes the room's newest turn out; then take the attempt",
      "/try drop   # or: org project try --drop",
    ],
    unchanged: "The room and the attempts are unchanged.",
  });
}
