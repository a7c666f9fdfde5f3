import type { JournaledEvent } from "#core/events.ts";
import type { Journal } from "#core/journal.ts";
import { isForeignResult } from "./memory-text.ts";

interface Looked {
  /** Number of the first entry with text that no participant wrote. */
  readonly first: number | undefined;
  /** Number of the last entry that was looked at. */
  readonly through: number;
}

/** From when on rooms held text that no participant wrote: later messages there may repeat it. */
export class ForeignReading {
  readonly #journal: Journal;
  readonly #rooms = new Map<string, Looked>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** @param seq number of an entry of the room. */
  async isBefore(room: string, seq: number): Promise<boolean> {
    const cached = this.#rooms.get(room) ?? { first: undefined, through: 0 };
    const now = cached.first === undefined ? await this.#look(room, cached.through, seq) : cached;
    this.#rooms.set(room, now);
    return now.first !== undefined && now.first < seq;
  }

  /** Reads no entry twice, and none behind `seq`. */
  async #look(room: string, from: number, to: number): Promise<Looked> {
    let through = from;
    for await (const { seq, event } of this.#journal.read(room, from + 1)) {
      if (seq >= to) break;
      through = seq;
      if (isForeign(event)) return { first: seq, through };
    }
    return { first: undefined, through };
  }
}

/** By it text that no participant wrote came into the room. */
function isForeign(event: JournaledEvent): boolean {
  if (event.type === "turn-start") return event.readsFiles === true;
  return event.type === "attached" || (event.type === "tool-result" && isForeignResult(event));
}
