/**
 * What a room works on: a copy of the user's work tree, and a repository of ours with one commit a turn. Nothing is
 * written into the user's repository. The process that owns the home and commands beside it work in these folders, one
 * at a time: the one that holds the room's lock.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { fileFailed, syncFolder } from "#platform/files.ts";
import { gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { displayPath, hiddenPaths } from "./byte-paths.ts";
import { candidateNamed } from "./candidate.ts";
import { capture, createBorrower } from "./capture.ts";
import { prepareIndex } from "./copy.ts";
import { changeRecord, isRoomOf, newRecord, type ProjectLocation, readRecord } from "./location.ts";
import { refuseLostObjects } from "./lost-objects.ts";
import { readRefs, writeRefs } from "./refs.ts";
import {
  finishMove,
  intendMove,
  moveRoom,
  readNotes,
  removeHalfObjects,
  repositoryIn,
  writeNotes,
} from "./room-folder.ts";
import { RoomLock } from "./room-lock.ts";
import { openSource } from "./source.ts";
import type { RefusedFile } from "./stage-files.ts";
import { binaryDiff, textDiff } from "./text-diff.ts";
import { TouchedFiles } from "./touched-files.ts";
import { countChanges, keepFiles, type TurnAuthor, type TurnChange } from "./turns.ts";
import { UserFiles } from "./user-files.ts";
import { watchCopy } from "./watch-copy.ts";

/** A project as one room works on it. */
export interface ProjectWork {
  readonly location: ProjectLocation;
  readonly room: string;
  /** Our repository, with `copy` as its work tree; it borrows the user's objects. */
  readonly repository: Repository;
  /** The user's repository, which is only read. */
  readonly source: Repository;
  /** Absolute path of the files that personas read and write. */
  readonly copy: string;
  /** Absolute path of the folder that has all of it. */
  readonly folder: string;
  /** What changes the copy or its commits holds it. */
  readonly lock: RoomLock;
  /** Told by all that writes to the copy. */
  readonly touched: TouchedFiles;
  /** Knows whether the user changed theirs since they were captured. */
  readonly userFiles: UserFiles;
}

export interface OpenOptions {
  readonly signal: AbortSignal;
  /**
   * Whether the files of a new room are there once it is open, or written while its user has begun to type. Who takes the
   * room's lock has them in any case.
   *
   * @default "now"
   */
  readonly files?: "now" | "later" | undefined;
}

/** Longest wait for another process that makes the same room, in milliseconds. */
const OPENING_MS = 120_000;

/** What a room leaves out of the copy, for the user to read before a model sees the project. */
export interface HiddenFiles {
  /** Tracked files that are not in the copy: secrets by name, submodules, links that lead out, sparse ones. */
  readonly hidden: readonly string[];
  /** Files that are in no commit of ours. */
  readonly left: readonly RefusedFile[];
}

/**
 * Opens the project for a room: captures the user's work tree when the room is new; else finds everything as the newest
 * turn left it. What a crash cut off is brought to its end; changes in the copy that no turn kept become a turn. While
 * another process is in the middle of a turn nothing was cut off, and nothing is touched.
 *
 * @param room `project-<id>` or `project-<id>-<name>`.
 * @throws {OrgError} `INPUT_INVALID` for a state that a room cannot start from, with what to do.
 */
export async function openWork(
  location: ProjectLocation,
  room: string,
  { signal, files = "now" }: OpenOptions,
): Promise<ProjectWork> {
  if (!isRoomOf(room, location))
    throw new Error(`"${room}" is not a room of project ${location.id}`);
  const source = await openSource(location.root);
  if ((await readRecord(location)) === undefined) {
    await changeRecord(location, (now) => (now === undefined ? newRecord(location) : undefined));
  }
  const folder = join(location.folder, "rooms", room);
  // SQLite and the lock have files beside it, with longer names: none of them ends as that of another room's lock does.
  const lock = new RoomLock(join(location.folder, "locks", `${room}.lock`), folder);
  const repository = repositoryIn(folder);
  const touched = new TouchedFiles(folder, () => watchCopy(repository));
  const work = {
    location,
    room,
    repository,
    source,
    copy: join(folder, "copy"),
    folder,
    lock,
    touched,
    userFiles: new UserFiles({ source, repository }),
  };
  if (existsSync(folder)) {
    using held = lock.takeNow();
    if (held !== undefined) await recover(work);
  } else {
    await openNew(work, { signal, files });
  }
  return work;
}

async function openNew(work: ProjectWork, { signal, files }: OpenOptions): Promise<void> {
  const { folder, lock, touched } = work;
  using parts = new DisposableStack();
  parts.use(await lock.take({ owner: "org", waitMs: OPENING_MS, signal }));
  if (!existsSync(folder)) {
    await create(work, signal);
    touched.clear();
  }
  const writing = finishMove(folder, signal);
  lock.keepDuring(parts.move(), writing);
  if (files === "now") await writing;
}

/** Whether the room was ever opened. @param room `project-<id>` or `project-<id>-<name>` */
export function hasRoom(location: ProjectLocation, room: string): boolean {
  return existsSync(join(location.folder, "rooms", room));
}

/** @returns the commit of the newest turn, or of what the room began with. */
export async function newestTurn({ repository }: ProjectWork): Promise<string> {
  return (await readRefs(repository)).work;
}

/** As {@link keepFiles} of any file, for a caller that does not hold the room's lock. */
export async function keepTurn(
  work: ProjectWork,
  author: TurnAuthor,
): Promise<TurnChange | undefined> {
  using _held = await work.lock.take({ owner: author.persona });
  work.touched.addAny();
  return await keepFiles(work, author);
}

/** What all turns changed together; `undefined` when nothing differs from what the room began with. */
export async function changesOf(work: ProjectWork): Promise<TurnChange | undefined> {
  const refs = await readRefs(work.repository);
  const change = await countChanges(work.repository, refs.base, refs.work);
  return change.files === 0 ? undefined : change;
}

/**
 * Undoes the newest turn: its commit, and its changes in the copy. Files that no turn kept stay, but for changes of files
 * that are tracked.
 *
 * @returns what is undone; `undefined` when there is no turn.
 * @throws {OrgError} `LOCK_HELD` while a turn is under way.
 */
export async function undoTurn(work: ProjectWork): Promise<TurnChange | undefined> {
  using _held = await work.lock.take({ owner: "undo" });
  const { repository, folder } = work;
  const refs = await readRefs(repository);
  if (refs.work === refs.base) return undefined;
  const before = await gitText(repository, ["rev-parse", "--verify", `${refs.work}^`]);
  const change = await countChanges(repository, before, refs.work);
  const notes = await readNotes(folder);
  await moveRoom(folder, { refs: { ...refs, work: before }, from: refs.work, notes });
  return change;
}

/** What is not in the copy although it is in the project. */
export async function hiddenFiles(work: ProjectWork): Promise<HiddenFiles> {
  const hidden = await hiddenPaths(work.repository);
  return { hidden: hidden.map(displayPath), left: (await readNotes(work.folder)).left };
}

/** Longest difference in bytes. */
const MAX_DIFF_BYTES = 16 * 1024 * 1024;

/**
 * The unified difference of all turns, as {@link textDiff} prints it; not cleaned for a screen.
 *
 * @param path a file or folder, relative to the top of the project; everything when left out.
 * @throws {OrgError} `PATH_REFUSED` for a path that leads out, `INPUT_INVALID` when it is longer than 16 MiB.
 */
export async function diffOf(work: ProjectWork, path?: string): Promise<string> {
  if (path !== undefined && (path.startsWith("/") || path.split("/").includes(".."))) {
    throw new OrgError(`"${path}" is not a path in the project`, {
      code: "PATH_REFUSED",
      why: "It is absolute, or it leads out.",
      remedies: ["name a file relative to the top folder of the project"],
      unchanged: "Nothing was changed.",
    });
  }
  const { base: from, work: to } = await readRefs(work.repository);
  const range = { from, to, path: path === "" ? undefined : path, renames: true };
  const narrower = ["/diff FILE   # or: org project diff FILE"];
  return (await textDiff(work.repository, range, { maxBytes: MAX_DIFF_BYTES, narrower })).text;
}

/** What a candidate of the room changes on the commit it is made on. @throws {OrgError} as {@link candidateNamed}. */
export async function diffOfCandidate(work: ProjectWork, name: string): Promise<string> {
  const { repository } = work;
  const { commit } = await candidateNamed(work, name);
  const range = { from: `${commit}^`, to: commit, renames: true };
  return (await textDiff(repository, range, { maxBytes: MAX_DIFF_BYTES })).text;
}

/** All turns as {@link binaryDiff} has them. @throws {OrgError} `INPUT_INVALID` when that is longer than 16 MiB. */
export async function patchOf({ repository }: ProjectWork): Promise<Uint8Array> {
  const { base: from, work: to } = await readRefs(repository);
  return await binaryDiff(repository, { from, to }, { maxBytes: MAX_DIFF_BYTES });
}

/**
 * Everything but the files is made in another folder: a room is there as a whole, or not at all. Its files are written by
 * who holds the room's lock first.
 */
async function create(
  { location, room, folder, source }: ProjectWork,
  signal: AbortSignal,
): Promise<void> {
  // Beside the rooms, which may have any name.
  const unfinished = join(location.folder, "new", room);
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(join(unfinished, "copy"), { recursive: true, mode: 0o700 });
    const repository = repositoryIn(unfinished);
    await createBorrower(source, repository, signal);
    const { source: commit, base, left, absent } = await capture(source, repository, signal);
    const refs = { source: commit, base, work: base };
    const notes = { left, absent };
    await writeRefs(repository, refs);
    await writeNotes(unfinished, notes);
    await prepareIndex(repository, { to: base, absent });
    // The files come from commits of ours, whatever becomes of the user's meanwhile: they may be written later.
    await intendMove(unfinished, { refs, from: undefined, notes });
    signal.throwIfAborted();
    await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
    await rename(unfinished, folder);
    await syncFolder(dirname(folder));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error instanceof Error && "syscall" in error ? fileFailed(folder, error) : error;
  }
}

async function recover(work: ProjectWork): Promise<void> {
  await refuseLostObjects(work);
  await finishMove(work.folder);
  await removeHalfObjects(work.folder);
  await keepFiles(work, { persona: "org", title: "changes of a turn that was cut off" });
}

/** A title for what a room changed: the line that its first turn answered; what org kept by itself answered none. */
export async function titleOf({ repository }: ProjectWork): Promise<string> {
  const range = ["--reverse", "--format=%an%x00%s", "refs/org/base..refs/org/work"];
  const turns = (await gitText(repository, ["log", ...range])).split("\n");
  const [, title = ""] =
    turns.map((turn) => turn.split("\0")).find(([author]) => author !== "org") ?? [];
  return title === "" ? "Changes of a room" : title;
}
