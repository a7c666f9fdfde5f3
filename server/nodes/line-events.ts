/** Which events of a room a line has brought about, as its journal tells. */
import type { JournaledEvent } from "#core/events.ts";

export class LineEvents {
  readonly #line: string;
  readonly #turns = new Set<string>();
  /** Whether the newest turn is one of the line's: what belongs to no turn is said in between. */
  #isNewest: boolean = false;

  /** @param line the id of the human's message. */
  constructor(line: string) {
    this.#line = line;
  }

  /** Takes the events in their order. */
  has(event: JournaledEvent): boolean {
    if (event.type === "message") {
      // The next line may be there before this one is answered: lines wait for each other.
      return event.id === this.#line;
    }
    if (event.type === "turn-start") {
      this.#isNewest = event.message === this.#line;
      if (this.#isNewest) this.#turns.add(event.turn);
      return this.#isNewest;
    }
    if (event.type === "attached") return event.message === this.#line;
    const turn: unknown = Reflect.get(event, "turn");
    return typeof turn === "string" ? this.#turns.has(turn) : this.#isNewest;
  }
}
