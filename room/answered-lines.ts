/** How each line of the human was answered, so that who sends a line again has it answered once. */
import type { HumanMessage, JournaledEvent, TurnEnd, TurnEndReason } from "#core/events.ts";

/** What a persona made of a line. */
export interface AnsweredTurn {
  readonly persona: string;
  /** All its answers in this turn. */
  readonly text: string;
  /** Absent while it has not ended. */
  readonly end?: TurnEnd | undefined;
}

/** After these no persona has to answer again; after the others the same line may bring an answer. */
export const SETTLED: ReadonlySet<TurnEndReason | undefined> = new Set<TurnEndReason>([
  "complete",
  "length",
  "limit",
  "looped",
  "passed",
]);

interface Turn {
  readonly id: string;
  readonly persona: string;
  readonly texts: string[];
  end: TurnEnd | undefined;
}

/** Most lines whose answers are in memory. */
const MAX_RETAINED = 100;

export class AnsweredLines {
  readonly #maxRetained: number;
  readonly #messages = new Map<string, HumanMessage>();
  readonly #turns = new Map<string, Turn>();
  /** By the line, in the order in which they were started. */
  readonly #turnsOf = new Map<string, Turn[]>();
  /** Older lines that all their personas have answered: only the journal holds how. */
  readonly #settled = new Set<string>();
  /** At so many lines those that are old are looked for: what may be sent again stays, however old it is. */
  #letGoAt: number;

  constructor(maxRetained: number = MAX_RETAINED) {
    this.#maxRetained = maxRetained;
    this.#letGoAt = maxRetained * 2;
  }

  apply(event: JournaledEvent): void {
    if (event.type === "message") this.#messages.set(event.id, event);
    else if (event.type === "turn-start") this.#start(event.turn, event);
    else if (event.type === "answer") this.#turns.get(event.turn)?.texts.push(event.text);
    else if (event.type === "turn-end") {
      const turn = this.#turns.get(event.turn);
      if (turn !== undefined) turn.end = event;
      if (this.#turnsOf.size > this.#letGoAt) this.#letGo();
    }
  }

  /** Takes in that texts of entries were changed. */
  rewrite(change: (text: string) => string): void {
    for (const [id, one] of this.#messages) {
      this.#messages.set(id, { ...one, text: change(one.text) });
    }
    for (const { texts } of this.#turns.values()) texts.splice(0, Infinity, ...texts.map(change));
  }

  /** Whether it was answered so long ago that only the journal knows how. */
  isOld(id: string): boolean {
    return this.#settled.has(id);
  }

  /** The line that was sent under this id. */
  messageOf(id: string): HumanMessage | undefined {
    return this.#messages.get(id);
  }

  /** Whether a persona began to answer. */
  isAnswerStarted(id: string): boolean {
    return this.#turnsOf.has(id) || this.#settled.has(id);
  }

  /** The addressed personas that have not answered yet. */
  openOf({ id, to }: HumanMessage): readonly string[] {
    if (this.#settled.has(id)) return [];
    const turns = this.#turnsOf.get(id) ?? [];
    const settled = turns.filter(({ end }) => SETTLED.has(end?.reason));
    return to.filter((persona) => !settled.some((turn) => turn.persona === persona));
  }

  /** All turns that answered a line, in the order they began; `undefined` of one that {@link isOld}. */
  turnsOf(id: string): readonly AnsweredTurn[] | undefined {
    if (this.isOld(id)) return undefined;
    const turns = this.#turnsOf.get(id) ?? [];
    return turns.map(({ persona, texts, end }) => ({ persona, text: texts.join("\n\n"), end }));
  }

  #start(id: string, about: { readonly persona: string; readonly message: string }): void {
    const turn: Turn = { id, persona: about.persona, texts: [], end: undefined };
    this.#turns.set(id, turn);
    const turns = this.#turnsOf.get(about.message);
    if (turns === undefined) this.#turnsOf.set(about.message, [turn]);
    else turns.push(turn);
  }

  /** What may be sent again stays as it is. */
  #letGo(): void {
    const older = [...this.#turnsOf.keys()].slice(0, -this.#maxRetained);
    for (const id of older) {
      const message = this.#messages.get(id);
      if (message === undefined || this.openOf(message).length > 0) continue;
      this.#settled.add(id);
      for (const turn of this.#turnsOf.get(id) ?? []) this.#turns.delete(turn.id);
      this.#messages.delete(id);
      this.#turnsOf.delete(id);
    }
    this.#letGoAt = this.#turnsOf.size + this.#maxRetained;
  }
}

/** All turns that answered a line, in the order they began, as the journal of its room tells. */
export async function answeredIn(
  entries: AsyncIterable<{ readonly event: JournaledEvent }>,
  id: string,
): Promise<readonly AnsweredTurn[]> {
  const lines = new AnsweredLines(Number.POSITIVE_INFINITY);
  for await (const { event } of entries) lines.apply(event);
  return lines.turnsOf(id) ?? [];
}
