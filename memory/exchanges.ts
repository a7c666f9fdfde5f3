/**
 * What a room said, as exchanges: a line of the human and the answers of personas, without what they thought, what tools
 * gave them and what files hold.
 */
import { type HumanMessage, type TurnStart, VISIBLE_TO_OTHERS } from "#core/events.ts";
import type { Entry } from "#core/journal.ts";
import type { Scope } from "#core/memory.ts";
import { isDirect } from "#core/mode.ts";
import { headOf } from "#core/text/head.ts";

/** Longest text of an exchange, in characters. */
const LONGEST = 1200;
/** So much of it is the human's at least, where the answers are long too. */
const LONGEST_LINE = 600;
/** Stands before each further line of a speaker's message, so that none reads like one of another speaker. */
const FURTHER = "\n| ";
/** Stands where a text was cut. */
export const CUT = "…";

export interface Exchange {
  /** Of the human's line. */
  readonly firstSeq: number;
  /** Of the last event that belongs to it. */
  readonly lastSeq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who may see it: one scope for all, or one for each persona that was addressed directly. */
  readonly scopes: readonly Scope[];
  /** Whether an answer was given after tool output or a file was read. */
  readonly hasReadForeign: boolean;
  /** Whether an answer may still come. */
  readonly isOpen: boolean;
  /** At most 1,200 characters; see `EpisodeHit.text`. */
  readonly text: string;
  /** The same before it was cut. */
  readonly fullText: string;
}

interface Turn {
  readonly id: string;
  readonly persona: string;
  /** It only shows what a tool printed. */
  readonly byRule: boolean;
  readonly answers: string[];
  isVisible: boolean;
  isOver: boolean;
}

interface Building {
  readonly message: HumanMessage;
  readonly firstSeq: number;
  readonly at: number;
  readonly turns: Turn[];
  lastSeq: number;
  hasReadForeign: boolean;
}

/** Puts the entries of one room together. */
export class ExchangeReader {
  readonly #exchanges = new Map<string, Building>();
  readonly #byTurn = new Map<string, { readonly exchange: Building; readonly turn: Turn }>();

  /** Takes in the next entry. Turns whose beginning is missing are skipped. */
  apply({ seq, at, event }: Entry): void {
    switch (event.type) {
      case "message":
        this.#exchanges.set(event.id, {
          ...{ message: event, firstSeq: seq, lastSeq: seq, at, turns: [] },
          hasReadForeign: false,
        });
        break;
      case "attached": {
        const exchange = this.#exchanges.get(event.message);
        if (exchange !== undefined) exchange.hasReadForeign = true;
        break;
      }
      case "turn-start":
        this.#start(event);
        break;
      case "answer": {
        const turn = this.#byTurn.get(event.turn)?.turn;
        // What a tool printed belongs to no episode.
        if (turn?.byRule === false) turn.answers.push(event.text);
        break;
      }
      case "tool-result": {
        const started = this.#byTurn.get(event.turn);
        if (started !== undefined) started.exchange.hasReadForeign = true;
        break;
      }
      case "turn-end": {
        const started = this.#byTurn.get(event.turn);
        if (started === undefined) break;
        started.turn.isOver = true;
        started.turn.isVisible = VISIBLE_TO_OTHERS.has(event.reason);
        started.exchange.lastSeq = seq;
        break;
      }
      default: // it has no speaker
    }
  }

  #start({ turn, persona, message, readsFiles, rule }: TurnStart): void {
    const exchange = this.#exchanges.get(message);
    if (exchange === undefined) return;
    if (readsFiles) exchange.hasReadForeign = true;
    const byRule = rule !== undefined;
    const begun: Turn = { id: turn, persona, byRule, answers: [], isVisible: false, isOver: false };
    exchange.turns.push(begun);
    this.#byTurn.set(turn, { exchange, turn: begun });
  }

  /** How many exchanges are held. */
  get size(): number {
    return this.#exchanges.size;
  }

  /**
   * Hands out the oldest ones, and holds them no more.
   *
   * @param keep so many of the newest are held on.
   * @param clean takes control characters and secrets out.
   */
  take(keep: number, clean: (text: string) => string): readonly Exchange[] {
    const oldest = [...this.#exchanges].slice(0, Math.max(0, this.size - keep));
    for (const [id, { turns }] of oldest) {
      this.#exchanges.delete(id);
      for (const { id: turn } of turns) this.#byTurn.delete(turn);
    }
    return oldest.map(([, exchange]) => {
      const { message, firstSeq, lastSeq, at, turns, hasReadForeign } = exchange;
      return {
        ...{ firstSeq, lastSeq, at, hasReadForeign },
        scopes: scopesOf(message),
        isOpen: turns.length === 0 || turns.some(({ isOver }) => !isOver),
        ...textsOf(exchange, clean),
      };
    });
  }
}

function scopesOf({ mode, to }: HumanMessage): readonly Scope[] {
  if (!isDirect(mode)) return ["room"];
  return [...new Set(to)].map((persona): Scope => `persona:${persona}`);
}

function textsOf(
  { message, turns }: Building,
  clean: (text: string) => string,
): Pick<Exchange, "text" | "fullText"> {
  const answers = turns
    .filter(({ isVisible }) => isVisible)
    .map(({ persona, answers: parts }) => withSpeaker(persona, clean(parts.join("\n\n"))))
    .filter((answer) => answer !== "")
    .join("\n");
  const line = withSpeaker("user", clean(message.text));
  const room = Math.max(LONGEST_LINE, LONGEST - answers.length - 1);
  const both = (question: string) => [question, answers].filter((part) => part !== "").join("\n");
  return { text: cut(both(cut(line, room)), LONGEST), fullText: both(line) };
}

function withSpeaker(name: string, text: string): string {
  const lines = text
    .trim()
    .split(/\s*[\n\r\v\f\u0085\u2028\u2029]\s*/)
    .filter((line) => line !== "");
  return lines.length === 0 ? "" : `${name}: ${lines.join(FURTHER)}`;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${headOf(text, most - CUT.length)}${CUT}`;
}
