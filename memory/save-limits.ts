/** How much may be saved by anyone but the human. */

import type { Author } from "#core/memory.ts";
import { tooMany } from "./failures.ts";

const A_TURN = 5;
const A_DAY = 100;
const DAY_MS = 86_400_000;
/** Turns that are counted; older ones have ended. */
const TURNS_COUNTED = 256;

/** Counts what turns save. A turn does not outlive its process, so neither do the counts. */
export class SaveLimits {
  readonly #turns = new Map<string, number>();

  /**
   * @param savedSince how many notes were saved since a moment by others than the human.
   * @throws {OrgError} `MEMORY_LIMIT`.
   */
  demand(author: Author, savedSince: (at: number) => number, now: number): void {
    if (author.origin === "human") return;
    if ((this.#turns.get(turnOf(author)) ?? 0) >= A_TURN) throw tooMany(`${A_TURN} notes a turn`);
    if (savedSince(now - DAY_MS) >= A_DAY) throw tooMany(`${A_DAY} notes a day`);
  }

  count(author: Author): void {
    const turn = turnOf(author);
    const count = (this.#turns.get(turn) ?? 0) + 1;
    this.#turns.delete(turn);
    this.#turns.set(turn, count);
    const [oldest] = this.#turns.keys();
    if (this.#turns.size > TURNS_COUNTED && oldest !== undefined) this.#turns.delete(oldest);
  }
}

function turnOf({ origin, room = "", seq = 0, turn }: Author): string {
  return JSON.stringify(turn === undefined ? [origin, room, seq] : [room, turn]);
}
