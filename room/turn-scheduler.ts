/**
 * Who speaks next after a human's line, and when that must end. Only this starts turns: a mention by a
 * persona is a request that is granted within the limits, so a ping-pong cannot go on for ever.
 * No clock, no I/O.
 */
import type { TurnEndReason } from "#core/events.ts";
import { similarity } from "#core/similarity.ts";

export interface RoomRules {
  /** How deep mentions may follow one another; the answers to the human are the first round. */
  readonly rounds: number;
  /** Turns of all personas together for one line of the human. */
  readonly turns: number;
  /** How often a persona may hand over to itself. */
  readonly continuations: number;
  /** From this similarity on, an answer repeats an earlier one of its persona. */
  readonly nearDuplicate: number;
  /** So many near-duplicates settle the room. */
  readonly duplicates: number;
}

export const ROOM_RULES: RoomRules = {
  rounds: 3,
  turns: 10,
  continuations: 2,
  nearDuplicate: 0.9,
  duplicates: 2,
};

export interface FinishedTurn {
  readonly persona: string;
  readonly reason: TurnEndReason;
  readonly text: string;
  /** Ids behind `@@`; "group" and "user" among them. */
  readonly mentions: readonly string[];
}

interface Wish {
  readonly persona: string;
  readonly round: number;
}

export class TurnScheduler {
  readonly #present: readonly string[];
  readonly #rules: RoomRules;
  #queue: Wish[];
  /** The round of everybody who is speaking now. */
  readonly #speaking = new Map<string, number>();
  readonly #answers = new Map<string, string[]>();
  #turns = 0;
  #continuations = 0;
  #duplicates = 0;
  #settled: string | undefined;

  /**
   * @param to ids of the addressed personas, in that order.
   * @param present ids of all personas that may answer; mentions of others are ignored.
   */
  constructor(to: readonly string[], present: readonly string[], rules: RoomRules = ROOM_RULES) {
    this.#present = present;
    this.#rules = rules;
    this.#queue = to.map((persona) => ({ persona, round: 1 }));
  }

  /** Why a persona that was called did not get to speak; `undefined` when none was held back. */
  get settled(): string | undefined {
    return this.#settled;
  }

  /** Who speaks next; `undefined` when none does, or none before a running turn has finished. */
  next(): string | undefined {
    const wish = this.#queue[0];
    if (wish === undefined) return undefined;
    if (this.#turns >= this.#rules.turns) {
      this.#settle(`${this.#rules.turns} messages without you`);
      return undefined;
    }
    this.#queue.shift();
    this.#turns += 1;
    this.#speaking.set(wish.persona, wish.round);
    return wish.persona;
  }

  /** Takes in how a turn ended, and queues whom it called. */
  finish(turn: FinishedTurn): void {
    const round = this.#speaking.get(turn.persona) ?? 1;
    this.#speaking.delete(turn.persona);
    if (turn.reason === "aborted") {
      this.#queue = [];
      return;
    }
    // Half an answer calls no persona, and neither does a pass.
    if (turn.reason !== "complete") return;
    if (this.#repeats(turn)) return;
    if (turn.mentions.includes("user")) {
      this.#yieldToHuman(turn);
      return;
    }
    for (const persona of this.#called(turn))
      this.#call({ persona, round: round + 1 }, turn.persona);
  }

  #called({ persona, mentions }: FinishedTurn): readonly string[] {
    const everybody = this.#present.filter((other) => other !== persona);
    const called = mentions.includes("group") ? [...mentions, ...everybody] : mentions;
    return [...new Set(called)].filter((id) => this.#present.includes(id));
  }

  #call(wish: Wish, by: string): void {
    if (this.#queue.some(({ persona }) => persona === wish.persona)) return;
    if (wish.round > this.#rules.rounds) {
      this.#settle(`${this.#rules.rounds} rounds without you; ${by} still called ${wish.persona}`);
      return;
    }
    if (wish.persona === by) {
      if (this.#continuations >= this.#rules.continuations) {
        const most = this.#rules.continuations;
        this.#settle(`${most} times a persona went on by itself; ${by} still wanted to`);
        return;
      }
      this.#continuations += 1;
    }
    this.#queue.push(wish);
  }

  #repeats({ persona, text }: FinishedTurn): boolean {
    const before = this.#answers.get(persona) ?? [];
    const same = before.some((earlier) => similarity(earlier, text) >= this.#rules.nearDuplicate);
    this.#answers.set(persona, [...before, text]);
    if (same) this.#duplicates += 1;
    if (this.#duplicates < this.#rules.duplicates) return false;
    this.#settle(`${persona} repeats itself`);
    return true;
  }

  #yieldToHuman({ persona }: FinishedTurn): void {
    const waiting = this.#queue.filter(({ round }) => round > 1);
    this.#queue = this.#queue.filter(({ round }) => round === 1);
    if (waiting.length > 0) this.#settled = `${persona} waits for you`;
  }

  #settle(why: string): void {
    this.#settled = why;
    this.#queue = [];
  }
}

/** So that no turn of a line is still under way once one of them has failed. */
export async function allEnded(turns: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(turns);
  await Promise.all(turns);
}
