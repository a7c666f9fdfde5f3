/** What lies in the folder of a room that works on a project. */
import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fieldsOf, parseJson, textOf } from "#core/json.ts";
import { loadText, removeHalfWritten, syncFolder, writeFileAtomically } from "#platform/files.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { BytePath } from "./byte-paths.ts";
import { moveCopy } from "./copy.ts";
import { forgetIndexAt } from "./keep-named.ts";
import { type RoomRefs, readRefs, writeRefs } from "./refs.ts";
import type { RefusedFile } from "./stage-files.ts";

/** What a capture left behind beside commits. */
export interface CaptureNotes {
  readonly left: readonly RefusedFile[];
  readonly absent: readonly BytePath[];
}

/** The repository of a room, with its copy as the work tree. */
export function repositoryIn(folder: string): Repository {
  const [gitDir, workTree] = [join(folder, "work.git"), join(folder, "copy")];
  return { gitDir, workTree, links: true, muted: [] };
}

export async function writeNotes(folder: string, { left, absent }: CaptureNotes): Promise<void> {
  await writeFileAtomically(join(folder, "capture.json"), `${JSON.stringify({ left, absent })}\n`);
}

export async function readNotes(folder: string): Promise<CaptureNotes> {
  return notesOf(await readJson(join(folder, "capture.json")));
}

function notesOf(value: unknown): CaptureNotes {
  const { left, absent } = fieldsOf(value);
  return {
    left: arrayOf(left).map((one) => {
      const { path, why } = fieldsOf(one);
      return { path: textOf(path), why: textOf(why) };
    }),
    absent: arrayOf(absent).map(textOf),
  };
}

/** What a room is at, beside index and files, which follow from it. */
export interface RoomState {
  readonly refs: RoomRefs;
  readonly notes: CaptureNotes;
}

/** For who holds the room's lock: the two change together. */
export async function readState(folder: string): Promise<RoomState> {
  return { refs: await readRefs(repositoryIn(folder)), notes: await readNotes(folder) };
}

/** A room goes from one state to another: refs, index and files. */
export interface RoomMove extends RoomState {
  /** The newest turn before it; absent: nothing was written yet. */
  readonly from: string | undefined;
}

/**
 * Goes to another state, so that a crash at any point leaves what {@link finishMove} brings to its end: the intent is on
 * the disk before the first step.
 */
export async function moveRoom(folder: string, move: RoomMove): Promise<void> {
  await intendMove(folder, move);
  await carryOut(folder, move);
}

/** Writes down a move that who holds the room's lock next carries out. */
export async function intendMove(folder: string, move: RoomMove): Promise<void> {
  await writeFileAtomically(join(folder, INTENT), `${JSON.stringify(move)}\n`);
}

/**
 * Brings a move to its end that was only intended, or that a crash cut off, for who holds the room's lock; does nothing
 * when there is none.
 *
 * @throws the reason of the signal once it aborts; the move stays to be finished.
 */
export async function finishMove(folder: string, signal?: AbortSignal): Promise<void> {
  await removeCutOff(join(folder, "work.git"));
  await removeHalfWritten(folder);
  const intent = fieldsOf(await readJson(join(folder, INTENT)));
  const { source, base, work } = fieldsOf(intent["refs"]);
  if (typeof base !== "string" || typeof work !== "string") return;
  const from = intent["from"];
  const move = {
    refs: { source: typeof source === "string" ? source : undefined, base, work },
    from: typeof from === "string" ? from : undefined,
    notes: notesOf(intent["notes"]),
  };
  await carryOut(folder, move, signal);
}

const INTENT = "move.json";

async function carryOut(
  folder: string,
  { refs, from, notes }: RoomMove,
  signal?: AbortSignal,
): Promise<void> {
  const repository = repositoryIn(folder);
  await forgetIndexAt(folder);
  await writeRefs(repository, refs);
  await writeNotes(folder, notes);
  const { base, work: to } = refs;
  await moveCopy(repository, { from, to, absent: notes.absent, base }, signal);
  await rm(join(folder, INTENT), { force: true });
  await syncFolder(folder);
}

/** Longer lives no Git that org starts, in milliseconds. */
const LONGEST_GIT_MS = 3_600_000;

/**
 * A Git that was killed leaves locks and half a pack behind. Who holds the room's lock is the only one that locks something
 * in its folder; a promotion may be making a pack there.
 */
async function removeCutOff(gitDir: string): Promise<void> {
  const options = { recursive: true, force: true };
  await rm(join(gitDir, "index.lock"), options);
  await rm(join(gitDir, "packed-refs.lock"), options);
  const [refs, packs] = [join(gitDir, "refs", "org"), join(gitDir, "objects", "pack")];
  for (const name of await readdir(refs).catch(() => [])) {
    if (name.endsWith(".lock")) await rm(join(refs, name), options);
  }
  await removeOldHalves(packs);
}

/** Half of an object that a Git was killed at, as {@link finishMove}: apart, for there are 256 folders to look into. */
export async function removeHalfObjects(folder: string): Promise<void> {
  const objects = join(folder, "work.git", "objects");
  for (const name of await readdir(objects).catch(() => [])) {
    if (/^[0-9a-f]{2}$/.test(name)) await removeOldHalves(join(objects, name));
  }
}

async function removeOldHalves(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith("tmp_")) continue;
    const { mtimeMs = 0 } = (await lstat(join(folder, name)).catch(() => undefined)) ?? {};
    if (mtimeMs < Date.now() - LONGEST_GIT_MS)
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function readJson(path: string): Promise<unknown> {
  return parseJson(await loadText(path).catch(() => ""));
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
