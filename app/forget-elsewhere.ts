/** Where a note that the user had forgotten stands beside memory and journal: everything else of a home, and a candidate. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { z } from "zod";
import { parseJson } from "#core/json.ts";
import type { Note } from "#core/memory.ts";
import { mapTexts } from "#core/text/map-texts.ts";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import { eraseInHome } from "#home/erase-in-home.ts";
import { type HomePaths, homePaths } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { HomeQueue } from "#home/queue/home-queue.ts";
import { holdsText } from "#memory/erased-texts.ts";
import { withoutText } from "#memory/erasure.ts";
import { normalWords } from "#memory/normal-words.ts";
import { readTextFile, writeFileAtomically } from "#platform/files.ts";
import type { PgCalls } from "#platform/postgres/pg-client.ts";
import { reachOwner } from "#server/socket/open-home.ts";
import type { HomeRules } from "./rules.ts";

type ForgetPaths = Pick<HomePaths, "digest" | "autonomy">;

/** As it was. */
type Forgotten = Pick<Note, "id" | "text"> & { readonly quote?: string | undefined };

/** What the process that owns the home has open of it, or opens for a moment. */
export interface BesideMemory {
  readonly paths: HomePaths;
  readonly signal: AbortSignal;
  readonly queue: Pick<HomeQueue, "erase">;
  readonly rules: Pick<HomeRules, "forgetWhere">;
  /** That other nodes share, where there is one. */
  database(): Promise<PgCalls | undefined>;
}

const FORGOTTEN = "[forgotten]";

/**
 * All of these places. A candidate looks after its own alone.
 *
 * @throws {OrgError} as {@link forgetInCandidate}, and `JOURNAL_FAILED`, `FILE_FAILED` when the system refuses.
 */
export async function forgetBeside(beside: BesideMemory, note: Forgotten): Promise<void> {
  const { paths, signal, queue, rules } = beside;
  await forgetElsewhere(paths, note);
  const change = changeOf(note);
  await queue.erase(change);
  const client = await beside.database();
  if (client !== undefined) {
    const { eraseJobs } = await import("#home/postgres/erase-jobs.ts");
    await eraseJobs(client, change);
  }
  await rules.forgetWhere((text) => change(text) !== text);
  await eraseInHome(paths, { change, text: note.text });
  const candidate = homePaths(paths.root, "candidate");
  if (candidate.memory === paths.memory) return;
  await forgetInCandidate(candidate, { text: note.text, signal });
}

export async function forgetElsewhere(
  { digest, autonomy }: ForgetPaths,
  { id, text }: Forgotten,
): Promise<void> {
  const holds = holdsText(text);
  const isIt = (other: string): boolean => other.includes(text) || holds(other);
  if (existsSync(autonomy)) {
    using store = new AutonomyStore(autonomy);
    store.rewrite((json) => JSON.stringify(without(parseJson(json), isIt)));
  }
  if (!existsSync(digest)) return;
  const latest = readMerges(digest);
  // What cannot be read may hold it, and can be counted again.
  if (latest === undefined) return await rm(digest, { recursive: true });
  const merges = latest.merges.filter((one) => !one.sources.includes(id) && !isIt(one.text));
  if (merges.length === latest.merges.length) return;
  await writeFileAtomically(digest, JSON.stringify({ ...latest, merges }));
}

const digestSchema = z.looseObject({
  merges: z.array(z.object({ sources: z.array(z.number()), text: z.string() })),
});

/** @returns `undefined` for a file that is not a digest. */
function readMerges(path: string): z.infer<typeof digestSchema> | undefined {
  try {
    return digestSchema.safeParse(parseJson(readTextFile(path))).data;
  } catch {
    return undefined;
  }
}

const RETAINED_STATES = ["active", "staged", "superseded"] as const;

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
    await new HomeQueue(candidate).erase(changeOf({ text }));
    await eraseInHome(candidate, { change: changeOf({ text }), text });
    for (const ending of ["", "-wal", "-shm"]) {
      await rm(`${candidate.memory}${ending}`, { force: true });
    }
    return;
  }
  const { notes } = await owner.memory({ kind: "list", states: RETAINED_STATES }, signal);
  // All others that say the same go with the first.
  const same = notes.find((note) => note.text === text);
  if (same !== undefined) await owner.memory({ kind: "forget", id: same.id }, signal);
}

/** Shorter words of the user's may stand in what is about something else. */
const TELLING_QUOTE = 5;

/** Takes the text out, and the user's own words that it was made of where they stand as they were typed. */
function changeOf({ text, quote = "" }: Omit<Forgotten, "id">): (text: string) => string {
  const from = withoutText(text, holdsText(text));
  const isTelling = normalWords(quote).length >= TELLING_QUOTE;
  return (text) => from(isTelling ? text.replaceAll(quote, FORGOTTEN) : text);
}

/** In one that no process has open. */
async function forgetInJournal(path: string, text: string): Promise<void> {
  if (!existsSync(path)) return;
  await using journal = await openSqliteJournal(path);
  await journal.erase({ from: changeOf({ text }) });
}

/** Every text that holds it goes as a whole. */
function without(value: unknown, isIt: (text: string) => boolean): unknown {
  return mapTexts(value, (text) => (isIt(text) ? FORGOTTEN : text));
}
