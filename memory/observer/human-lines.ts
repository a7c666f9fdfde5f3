/** What a room says to its observer: the lines of the human, and what stood in the room before each of them. */
import type { JournaledEvent } from "#core/events.ts";
import type { Entry } from "#core/journal.ts";
import type { Note, Scope } from "#core/memory.ts";
import { isInGame } from "./rules.ts";
import { plainWords } from "./words.ts";

/** A line of the human. */
export interface HumanLine {
  /** Number of its entry. */
  readonly seq: number;
  /** Id of the message; that of a job is the id of the job. */
  readonly id: string;
  readonly text: string;
  /** From a direct conversation: between that persona and the human. */
  readonly scope: Scope;
  /** Said in a part that the human plays. */
  readonly inGame: boolean;
}

/**
 * `outside`: a tool, a file, a page, an answer that was made of such, a summary, or a note that is not the human's.
 * `persona`: any other answer. `note`: a note of the human's own that was recalled.
 */
export type Source = "outside" | "persona" | "note";

/** What another author than the human said. */
export interface Foreign {
  readonly seq: number;
  readonly source: Source;
  /** Its words in small letters, one blank before and behind each. */
  readonly words: string;
}

type NoteSource = Pick<Note, "text" | "trust">;

/** Of what others said so much is held, in characters; the oldest goes first. */
const MOST_HELD = 4_000_000;

/** A game in which nothing was said for so long is over: as long as a room is silent before it is observed. */
const GAME_RESTS_MS = 600_000;

export class LineReader {
  readonly #lines: HumanLine[] = [];
  readonly #foreign: Foreign[] = [];
  readonly #noteOf: (id: number) => NoteSource | undefined;
  /** Turns that have read tool output, and messages that came with a file. */
  readonly #reads = new Set<string>();
  readonly #messageOf = new Map<string, string>();
  #held = 0;
  /** When a line was said in the game that goes on, in milliseconds since the epoch. */
  #gameAt = Number.NEGATIVE_INFINITY;
  /** Model and persona of the newest turn. */
  speaker: { readonly persona: string; readonly model: string } | undefined;

  /** @param noteOf a note by its number; `undefined` once it is forgotten. */
  constructor(noteOf: (id: number) => NoteSource | undefined) {
    this.#noteOf = noteOf;
  }

  /** The human's lines so far, in their order. */
  get lines(): readonly HumanLine[] {
    return this.#lines;
  }

  /** What others said before an entry. */
  before(seq: number): readonly Foreign[] {
    return this.#foreign.filter((one) => one.seq < seq);
  }

  /** Takes in the next entry of the room. */
  apply({ seq, at, event }: Entry): void {
    switch (event.type) {
      case "message": {
        const inGame = isInGame(event.text, at - this.#gameAt < GAME_RESTS_MS);
        this.#gameAt = inGame ? at : Number.NEGATIVE_INFINITY;
        this.#lines.push({
          ...{ seq, id: event.id, text: event.text, scope: scopeOf(event) },
          inGame,
        });
        break;
      }
      case "attached":
        this.#reads.add(event.message);
        this.#hold(seq, "outside", event.text);
        break;
      case "turn-start":
        this.speaker = { persona: event.persona, model: event.model };
        this.#messageOf.set(event.turn, event.message);
        if (event.readsFiles === true) this.#reads.add(event.turn);
        break;
      case "tool-result":
        this.#reads.add(event.turn);
        this.#hold(seq, "outside", event.output);
        break;
      case "answer": {
        const hasRead = [event.turn, this.#messageOf.get(event.turn) ?? ""].some((id) =>
          this.#reads.has(id),
        );
        this.#hold(seq, hasRead ? "outside" : "persona", event.text);
        break;
      }
      case "summary":
        this.#hold(seq, "outside", event.text);
        break;
      case "recall":
        for (const id of event.ids) {
          const note = this.#noteOf(id);
          this.#hold(seq, note?.trust === "human" ? "note" : "outside", note?.text);
        }
        break;
      default: // no model reads it
    }
  }

  #hold(seq: number, source: Source, text: string | undefined): void {
    if (text === undefined || text.trim() === "") return;
    const words = ` ${plainWords(text)} `;
    this.#foreign.push({ seq, source, words });
    this.#held += words.length;
    while (this.#held > MOST_HELD && this.#foreign.length > 1) {
      this.#held -= this.#foreign.shift()?.words.length ?? 0;
    }
  }
}

function scopeOf({ mode, to }: Extract<JournaledEvent, { readonly type: "message" }>): Scope {
  const [persona] = to;
  return mode.startsWith("direct:") && persona !== undefined ? `persona:${persona}` : "room";
}
