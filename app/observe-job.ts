/** One attempt at observing a room: what is worth keeping of the lines that were not observed yet. */
import type { Journal } from "#core/journal.ts";
import { ANY_MODEL } from "#core/model-facts.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { LearntNote, Memory, Note } from "#memory/memory.ts";
import { type HumanLine, LineReader } from "#memory/observer/human-lines.ts";
import {
  judgeItem,
  keepableIn,
  type Lesson,
  type Observed,
  type Offer,
} from "#memory/observer/judge-item.ts";
import {
  type AskedLine,
  lastingWishOf,
  type ObserverWish,
  offersOf,
  piecesOf,
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
  /** Whether a program said a line, by the id of its message. */
  readonly isOfProgram: (id: string) => Promise<boolean>;
  /** Asks the model once. @throws {OrgError} as a provider does, and `BUDGET_SPENT` before anything was sent. */
  readonly ask: (wish: ObserverWish, speaker: Speaker, signal: AbortSignal) => Promise<string>;
  readonly signal: AbortSignal;
}

/** What became of it; what was refused is counted by the reason. */
export interface Observation {
  readonly kept: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** A room, read through an entry. */
export interface RoomRead {
  /** What a model is asked about, in its order. */
  readonly lines: readonly AskedLine[];
  readonly observed: Observed;
  readonly speaker: Speaker;
}

type Reading = Pick<ObserveParts, "journal" | "cleaner" | "isOfProgram"> & {
  /** Absent: nothing was ever kept. */
  readonly memory: Memory | undefined;
};

/** Reads a room for what may be kept of it. Nothing is asked. */
export async function readForObserver(
  { room, through }: ObserveTask,
  { journal, memory, cleaner, isOfProgram }: Reading,
): Promise<RoomRead> {
  const reader = new LineReader((id) => noteIn(memory, id));
  for await (const entry of journal.read(room, 1)) {
    if (entry.seq > through) break;
    reader.apply(entry);
  }
  const from = memory?.observedThrough(room) ?? 0;
  const all = reader.lines;
  const observed: Observed = {
    lines: [],
    next: (line) => all[all.indexOf(line) + 1],
    before: (seq) => reader.before(seq),
    holdsSecret: (text) => cleaner.secretsIn(text).length > 0 || cleaner.redact(text) !== text,
    isErased: ({ seq }, text) => memory?.isErased({ room, seq, text }) ?? false,
  };
  const lines: HumanLine[] = [];
  const asked: AskedLine[] = [];
  for (const line of all.filter(({ seq }) => seq > from)) {
    const sentences = keepableIn(line, observed);
    if (sentences.length === 0 || (await isOfProgram(line.id))) continue;
    lines.push(line);
    asked.push({ seq: line.seq, sentences });
  }
  const speaker = reader.speaker ?? { persona: "", model: ANY_MODEL };
  return { lines: asked, observed: { ...observed, lines }, speaker };
}

function noteIn(memory: Memory | undefined, id: number): Note | undefined {
  const states = ["active", "staged", "superseded"] as const;
  return memory?.list("human", states).find((note) => note.id === id);
}

/**
 * Each piece is one question, one more about each sentence that could be kept, and one commit: a process that was killed
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
    const offers = offersOf(await parts.ask(wishOf(piece), speaker, signal));
    signal.throwIfAborted();
    const fit = offers
      .flatMap((offer) => judged(offer, observed, refused))
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

function judged(
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
