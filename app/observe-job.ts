/** One attempt at observing a room: what is worth keeping of the lines that were not observed yet. */

import { OrgError } from "#core/errors.ts";
import type { Journal } from "#core/journal.ts";
import type { LearntNote, Memory, Note } from "#core/memory.ts";
import { ANY_MODEL } from "#core/model-facts.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { type HumanLine, LineReader } from "#memory/observer/human-lines.ts";
import {
  judgeItem,
  keepableIn,
  type Lesson,
  type LineRules,
  type Observed,
  type Offer,
} from "#memory/observer/judge-item.ts";
import { hasForms, tellsHow } from "#memory/observer/statements.ts";
import {
  lastingWishOf,
  type ObserverWish,
  offersOf,
  piecesOf,
  type RequestLine,
  saysYes,
  wishOf,
} from "./observer-wish.ts";

/** What a job is about. */
export interface ObserveTask {
  readonly room: string;
  /** Number of the last entry. */
  readonly through: number;
}

/** Who spoke last in a room: their model answers where no other was named. */
interface Speaker {
  readonly persona: string;
  readonly model: string;
}

export interface ObserveParts {
  readonly journal: Journal;
  readonly memory: Memory;
  readonly cleaner: TextCleaner;
  readonly promotion: "suggest" | "auto";
  /** Which lines a program said, of some ids of messages. */
  readonly ofPrograms: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Asks the model once. @throws {OrgError} as a provider does, and `BUDGET_SPENT` before anything was sent. */
  readonly ask: (wish: ObserverWish, speaker: Speaker, signal: AbortSignal) => Promise<string>;
  /** Whether that model can tell a remark from a fact. @throws {OrgError} as {@link ask} does. */
  readonly canTell: (speaker: Speaker, signal: AbortSignal) => Promise<boolean>;
  readonly signal: AbortSignal;
}

/** What became of it; what was refused is counted by the reason. */
export interface Observation {
  readonly kept: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** A room, read through an entry. */
interface RoomRead {
  /** What a model is asked about, in its order. */
  readonly lines: readonly RequestLine[];
  readonly observed: Observed;
  readonly speaker: Speaker;
}

type Reading = Pick<ObserveParts, "journal" | "cleaner" | "ofPrograms"> & {
  /** Absent: nothing was ever kept. */
  readonly memory: Memory | undefined;
};

/** Reads a room for what may be kept of it. No more is asked than what the model can tell. */
async function readForObserver(
  { room, through }: ObserveTask,
  reading: Reading & Pick<ObserveParts, "canTell" | "signal">,
): Promise<RoomRead> {
  const { journal, memory, ofPrograms, signal } = reading;
  const reader = new LineReader((id) => noteIn(memory, id));
  await readInto(reader, { room, through, first: 1 }, journal);
  const all = reader.lines;
  const speaker = reader.speaker ?? { persona: "", model: ANY_MODEL };
  const canTell = await reading.canTell(speaker, signal);
  const rules = { ...rulesOf(room, reading), statementsOnly: !canTell };
  const keepable = await keepableOf(reader, memory?.observedThrough(room) ?? 0, {
    ...{ ofPrograms, rules },
  });
  const observed: Observed = {
    ...rules,
    lines: keepable.map(({ line }) => line),
    next: (line) => all[all.indexOf(line) + 1],
    before: (seq) => reader.before(seq),
  };
  const lines = keepable.map(({ line: { seq }, sentences }) => ({ seq, sentences }));
  return { lines, observed, speaker };
}

/** Whether a model is to be asked about what came since a room was observed last. What was said before is not read. */
export async function hasKeepable(
  { room, through }: ObserveTask,
  reading: Reading,
): Promise<boolean> {
  const from = reading.memory?.observedThrough(room) ?? 0;
  const reader = new LineReader(() => undefined);
  await readInto(reader, { room, through, first: from + 1 }, reading.journal);
  const { ofPrograms } = reading;
  const rules = rulesOf(room, reading);
  return (await keepableOf(reader, from, { ofPrograms, rules })).length > 0;
}

async function readInto(
  reader: LineReader,
  { room, through, first }: ObserveTask & { readonly first: number },
  journal: Journal,
): Promise<void> {
  for await (const entry of journal.read(room, first)) {
    if (entry.seq > through) break;
    reader.apply(entry);
  }
}

function rulesOf(room: string, { memory, cleaner }: Reading): LineRules {
  return {
    holdsSecret: (text) => cleaner.secretsIn(text).length > 0 || cleaner.redact(text) !== text,
    isErased: ({ seq }, text) => memory?.isErased({ room, seq, text }) ?? false,
    // Which model will be asked is not known yet.
    statementsOnly: false,
  };
}

/** Lines of the user behind an entry, with the sentences of each that could be kept. */
async function keepableOf(
  { lines }: LineReader,
  from: number,
  { ofPrograms, rules }: Pick<Reading, "ofPrograms"> & { readonly rules: LineRules },
): Promise<readonly { readonly line: HumanLine; readonly sentences: readonly string[] }[]> {
  const keepable = lines
    .filter(({ seq }) => seq > from)
    .map((line) => ({ line, sentences: keepableIn(line, rules) }))
    .filter(({ sentences }) => sentences.length > 0);
  if (keepable.length === 0) return [];
  const programs = await ofPrograms(keepable.map(({ line: { id } }) => id));
  return keepable.filter(({ line: { id } }) => !programs.has(id));
}

function noteIn(memory: Memory | undefined, id: number): Note | undefined {
  try {
    return memory?.show(id, "human");
  } catch (error) {
    // It was forgotten since.
    if (error instanceof OrgError && error.code === "MEMORY_UNKNOWN") return undefined;
    throw error;
  }
}

/**
 * Each piece is at most one question, one more about each sentence that could be kept, and one commit: a process that was killed
 * in between asks again for that piece alone.
 */
export async function observeRoom(task: ObserveTask, parts: ObserveParts): Promise<Observation> {
  const { memory, signal } = parts;
  const { lines, observed, speaker } = await readForObserver(task, parts);
  const { room } = task;
  const refused: Record<string, number> = {};
  const learnt = new Set<string>();
  let kept = 0;
  for (const piece of piecesOf(lines)) {
    const offers = await offersIn(piece, observed, (wish) => parts.ask(wish, speaker, signal));
    signal.throwIfAborted();
    const fit = offers
      .flatMap((offer) => evaluated(offer, observed, refused))
      .filter(({ text }) => !learnt.has(text) && learnt.add(text));
    const lessons: Lesson[] = [];
    for (const lesson of fit) {
      if (saysYes(await parts.ask(lastingWishOf(lesson.text), speaker, signal))) {
        lessons.push(lesson);
      } else {
        count(refused, "passing");
      }
    }
    signal.throwIfAborted();
    const notes = lessons.map((lesson) => noteOf(lesson, room, parts.promotion));
    const through = piece.at(-1)?.seq ?? 0;
    const saved = await memory.learn({ room, through }, notes);
    kept += saved.filter(({ outcome }) => outcome !== "seen-again").length;
  }
  await memory.learn(task, []);
  return { kept, refused };
}

/**
 * Of a model that cannot tell a remark from a fact the forms of lasting statements say what is proposed, and it is asked
 * about the rest alone: sentences of languages without such forms.
 */
async function offersIn(
  piece: readonly RequestLine[],
  { statementsOnly }: Observed,
  ask: (wish: ObserverWish) => Promise<string>,
): Promise<readonly Offer[]> {
  const byForm = statementsOnly
    ? piece.flatMap(({ sentences }) => sentences.filter(hasForms)).map(offerOf)
    : [];
  const remaining = piece
    .map(({ seq, sentences }) => ({
      ...{ seq, sentences: sentences.filter((one) => !(statementsOnly && hasForms(one))) },
    }))
    .filter(({ sentences }) => sentences.length > 0);
  return remaining.length === 0 ? byForm : [...byForm, ...offersOf(await ask(wishOf(remaining)))];
}

const offerOf = (quote: string): Offer => ({
  quote,
  kind: tellsHow(quote) ? "procedure" : "fact",
});

function evaluated(
  offer: Offer,
  observed: Observed,
  refused: Record<string, number>,
): readonly Lesson[] {
  const outcome = judgeItem(offer, observed);
  if (typeof outcome !== "string") return [outcome];
  count(refused, outcome);
  return [];
}

function count(refused: Record<string, number>, why: string): void {
  refused[why] = (refused[why] ?? 0) + 1;
}

/** The words are the human's, which code has seen; how they do things a human confirms, whatever was set. */
function noteOf(
  { text, kind, quote, scope, seq, isUpdate }: Lesson,
  room: string,
  promotion: ObserveParts["promotion"],
): LearntNote {
  const staged = promotion === "suggest" || kind === "procedure";
  return {
    draft: { text, kind, quote, scope, staged },
    by: { trust: "human", origin: "observer", room, seq },
    isUpdate,
  };
}
