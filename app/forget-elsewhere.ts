/** Where a note that the user had forgotten stands beside the memory: bursts, the digest, and a candidate's copy. */
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { parseJson } from "#core/json.ts";
import { mapTexts } from "#core/text/map-texts.ts";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import { type HomePaths, homePaths } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { holdsText } from "#memory/erased-texts.ts";
import { erasureOf } from "#memory/erasure.ts";
import { writeFileAtomically } from "#platform/files.ts";
import { reachOwner } from "#server/socket/open-home.ts";
import type { Digest } from "./digest.ts";

type ForgetPlaces = Pick<HomePaths, "digest" | "autonomy">;

interface Forgotten {
  readonly id: number;
  /** As it was. */
  readonly text: string;
}

const FORGOTTEN = "[forgotten]";

/** All of these places. A candidate looks after its own alone. @throws {OrgError} as {@link forgetInCandidate}. */
export async function forgetBeside(
  { paths, signal }: { readonly paths: HomePaths; readonly signal: AbortSignal },
  note: Forgotten,
): Promise<void> {
  await forgetElsewhere(paths, note);
  const candidate = homePaths(paths.root, "candidate");
  if (candidate.memory === paths.memory) return;
  await forgetInCandidate(candidate, { text: note.text, signal });
}

export async function forgetElsewhere(
  { digest, autonomy }: ForgetPlaces,
  { id, text }: Forgotten,
): Promise<void> {
  const holds = holdsText(text);
  const isIt = (other: string): boolean => other.includes(text) || holds(other);
  if (existsSync(autonomy)) {
    using store = new AutonomyStore(autonomy);
    store.rewrite((json) => JSON.stringify(without(parseJson(json), isIt)));
  }
  if (!existsSync(digest)) return;
  // Written by us alone, as a whole.
  const latest = JSON.parse(readFileSync(digest, "utf8")) as Digest;
  const merges = latest.merges.filter((one) => !one.sources.includes(id) && !isIt(one.text));
  if (merges.length === latest.merges.length) return;
  await writeFileAtomically(digest, JSON.stringify({ ...latest, merges }));
}

const KEPT = ["active", "staged", "superseded"] as const;

/**
 * A candidate that runs forgets it in its copy, too; the copy of one that is gone goes as a whole, for the next one gets
 * another.
 *
 * @throws {OrgError} `HOME_BUSY` for a candidate that does not answer.
 */
export async function forgetInCandidate(
  candidate: HomePaths,
  { text, signal }: { readonly text: string; readonly signal: AbortSignal },
): Promise<void> {
  if (!existsSync(candidate.memory) && !existsSync(candidate.journal)) return;
  const owner = await reachOwner({ paths: candidate, signal });
  if (owner === undefined) {
    await forgetInJournal(candidate.journal, text);
    for (const ending of ["", "-wal", "-shm"]) {
      await rm(`${candidate.memory}${ending}`, { force: true });
    }
    return;
  }
  const { notes } = await owner.memory({ kind: "list", states: KEPT }, signal);
  // All others that say the same go with the first.
  const same = notes.find((note) => note.text === text);
  if (same !== undefined) await owner.memory({ kind: "forget", id: same.id }, signal);
}

/** In one that no process has open. */
async function forgetInJournal(path: string, text: string): Promise<void> {
  if (!existsSync(path)) return;
  await using journal = await openSqliteJournal(path);
  await journal.erase(erasureOf({ text, quote: undefined, room: undefined, seq: undefined }));
}

/** Every text that holds it goes as a whole. */
function without(value: unknown, isIt: (text: string) => boolean): unknown {
  return mapTexts(value, (text) => (isIt(text) ? FORGOTTEN : text));
}
