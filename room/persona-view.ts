/**
 * What one persona may see of a room, rendered for prompts. Of a `direct:` message and the turns that answer it nothing is
 * visible to any other persona.
 */
import type { Summary } from "#core/events.ts";
import { messagesTokens } from "#models/context.ts";
import type { ChatMessage } from "#models/provider.ts";
import {
  addresseeOf,
  asExchange,
  type Exchange,
  type HumanUnit,
  isAnswered,
  isBroken,
  project,
  type Render,
  shared,
  type TurnUnit,
} from "./prompt-units.ts";

/** The older part of what a persona may see. */
export interface OlderPart {
  /** Oldest first; the first one may be a summary. */
  readonly exchanges: readonly Exchange[];
  /** Id of the newest of them. */
  readonly through: string;
}

/** What a persona may see of a room, one thing at a time. */
type Visible = HumanUnit | TurnUnit | Summary;

/** A room as it is now. */
interface RoomView {
  /** Oldest first. */
  readonly units: readonly (HumanUnit | TurnUnit)[];
  /** The newest one of the persona. */
  readonly summary: Summary | undefined;
  readonly foreign: Render;
}

export class PersonaView {
  readonly #persona: string;
  readonly #units: RoomView["units"];
  readonly #summary: Summary | undefined;
  readonly #foreign: Render;

  constructor(persona: string, { units, summary, foreign }: RoomView) {
    this.#persona = persona;
    this.#units = units;
    this.#summary = summary;
    this.#foreign = foreign;
  }

  /** Newest exchange first, as messages of its prompt. */
  *exchanges(): Generator<readonly ChatMessage[], void> {
    for (const { messages } of this.#exchanges()) yield messages;
  }

  /**
   * Rendered as every persona that may see it gets it: lines of the user, the last step of a
   * turn that worked, without its result, and final answers with the name of their persona before them where it is not the
   * first one of the room.
   *
   * @param first the persona that answers without being named.
   */
  *shared(first: string): Generator<readonly ChatMessage[], void> {
    const units = this.#counting();
    for (let unit = units.next(); !unit.done; ) {
      const before = units.next();
      const follows = before.done ? undefined : before.value;
      yield shared(unit.value, { first, follows, foreign: this.#foreign });
      unit = before;
    }
  }

  /** Says behind the newest line who answers it, where a rendering for all has to. */
  addressee(first: string): string | undefined {
    const [newest] = this.#counting();
    const isPlain = newest === undefined || !("kind" in newest) || newest.kind === "human";
    return this.#persona === first && isPlain ? undefined : addresseeOf(this.#persona);
  }

  /** What the persona could read before a line of the user, but for what users wrote: files, results, answers, summaries. */
  *foreignBefore(message: string): Generator<string, void> {
    for (const unit of this.#visible()) {
      if ("through" in unit) yield unit.text;
      else if (unit.kind === "human") yield* unit.attached.flatMap(({ text = "" }) => text);
      else if (unit.message !== message) {
        yield* [...unit.results.values(), ...unit.answers.map(({ text }) => text)];
      }
    }
  }

  /** What counts in a rendering for all, newest first. */
  *#counting(): Generator<Visible, void> {
    // Of the turns behind the line that comes next; those behind the newest one do not count: it may be sent again.
    let [isPast, hasAnswer] = [false, false];
    let broken: TurnUnit | undefined;
    for (const unit of this.#visible()) {
      if ("through" in unit) {
        yield unit;
      } else if (unit.kind === "human") {
        if (isPast && !hasAnswer && broken !== undefined) yield broken;
        yield unit;
        [isPast, hasAnswer, broken] = [true, false, undefined];
      } else if (isAnswered(unit)) {
        hasAnswer = true;
        yield unit;
      } else if (isBroken(unit)) {
        broken ??= unit;
      }
    }
  }

  /** Newest first; what a summary stands for comes as that summary. */
  *#visible(from = this.#units.length - 1): Generator<Visible, void> {
    const summary = this.#summary;
    for (let index = from; index >= 0; index -= 1) {
      const unit = this.#units[index];
      if (summary !== undefined && unit?.id === summary.through) {
        yield summary;
        return;
      }
      if (unit !== undefined && unit.audience?.includes(this.#persona) !== false) yield unit;
    }
  }

  /**
   * What a summary could stand for: everything before the newest line of the human, but for what is retained.
   *
   * @param keepTokens so much of the newest of it stays as it is, in estimated tokens.
   * @returns `undefined` when there is nothing, or nothing but a summary.
   */
  olderPart(keepTokens: number): OlderPart | undefined {
    const newest = this.#units.findLastIndex(({ kind }) => kind === "human");
    const older: Exchange[] = [];
    let retained = 0;
    for (const exchange of this.#exchanges(newest - 1)) {
      if (older.length === 0) retained += messagesTokens(exchange.messages);
      if (retained > keepTokens) older.push(exchange);
    }
    const through = older[0]?.id;
    if (through === undefined || through === this.#summary?.through) {
      return undefined;
    }
    return { exchanges: older.reverse(), through };
  }

  /** Newest first. */
  *#exchanges(from?: number): Generator<Exchange, void> {
    for (const unit of this.#visible(from)) {
      if ("through" in unit) {
        yield asExchange(unit, this.#foreign);
        continue;
      }
      const messages = project(unit, this.#persona, this.#foreign);
      if (messages.length > 0) yield { id: unit.id, messages };
    }
  }
}
