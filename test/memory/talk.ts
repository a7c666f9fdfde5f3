import type { JournaledEvent, TurnEndReason } from "#core/events.ts";
import type { Journal } from "#core/journal.ts";
import { memoryJournal } from "../memory-journal.ts";

/** How a line is sent. */
interface Addressed {
  readonly mode?: string;
  readonly to?: readonly string[];
}

/** Says things in the rooms of a journal in memory, event by event. */
export class Talk {
  readonly journal: Journal = memoryJournal(() => Promise.resolve());
  readonly #speakers = new Map<string, string>();
  /** Of each room: lines without an answer yet, and turns that are not over. */
  readonly #waiting = new Map<string, { readonly lines: string[]; readonly turns: string[] }>();
  #count = 0;

  append(room: string, event: JournaledEvent): Promise<unknown> {
    this.#count += 1;
    return this.journal.append(room, { key: `k${this.#count}`, event });
  }

  async line(room: string, text: string, options: Addressed = {}): Promise<string> {
    this.#count += 1;
    const id = `msg_${String(this.#count).padStart(15, "0")}`;
    const { mode = "group", to = ["agent"] } = options;
    await this.append(room, { type: "message", id, from: "user", text, to, mode });
    return id;
  }

  async begin(room: string, message: string, persona = "agent"): Promise<string> {
    this.#count += 1;
    const turn = `t${this.#count}`;
    this.#speakers.set(turn, persona);
    const started = {
      type: "turn-start",
      turn,
      persona,
      message,
      model: "m",
      window: 8192,
    } as const;
    await this.append(room, started);
    return turn;
  }

  async answer(room: string, turn: string, text: string): Promise<void> {
    const reasoning = "secretreasoning";
    const said = {
      type: "answer",
      turn,
      persona: this.#speakers.get(turn) ?? "",
      hop: 0,
      text,
      reasoning,
      calls: [],
    } as const;
    await this.append(room, said);
  }

  async end(room: string, turn: string, reason: TurnEndReason = "complete"): Promise<void> {
    await this.append(room, { type: "turn-end", turn, persona: "agent", reason });
  }

  /** A whole exchange. */
  async exchange(
    room: string,
    [line, answer]: readonly [string, string],
    options: Addressed = {},
  ): Promise<void> {
    const persona = options.to?.[0] ?? "agent";
    const turn = await this.begin(room, await this.line(room, line, options), persona);
    await this.answer(room, turn, answer);
    await this.end(room, turn);
  }

  /** Something that can happen next in a room, by its number: a line, a beginning, an answer or an end. */
  async goOn(room: string, kind: number): Promise<void> {
    const waiting = this.#waiting.get(room) ?? { lines: [], turns: [] };
    this.#waiting.set(room, waiting);
    const { lines, turns } = waiting;
    const [line, turn] = [lines[0], turns[0]];
    if (kind <= 1) {
      lines.push(await this.line(room, `pebble line ${this.#count}`));
    } else if (kind === 2 && line !== undefined) {
      turns.push(await this.begin(room, line));
      lines.shift();
    } else if (kind === 3 && turn !== undefined) {
      await this.answer(room, turn, `pebble answer ${this.#count}`);
    } else if (turn !== undefined) {
      await this.end(room, turn);
      turns.shift();
    }
  }
}
