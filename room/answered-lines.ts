/** How each line of the human was answered, so that who sends a line again has it answered once. */
import type { HumanMessage, JournaledEvent, TurnEnd, TurnEndReason } from "#core/events.ts";

/** What a persona made of a line. */
export interface AnsweredTurn {
  readonly persona: string;
  /** All that it said in this turn. */
  readonly text: string;
  /** Absent while it has not ended. */
  readonly end?: TurnEnd | undefined;
}

/** After these no persona has to be asked again; after the others the same line may bring an answer. */
const SETTLED: ReadonlySet<TurnEndReason | undefined> = new Set<TurnEndReason>([
  "complete",
  "length",
  "limit",
  "looped",
  "passed",
]);

interface Turn {
  readonly persona: string;
  readonly texts: string[];
  end: TurnEnd | undefined;
}

export class AnsweredLines {
  readonly #messages = new Map<string, HumanMessage>();
  readonly #turns = new Map<string, Turn>();
  readonly #turnsOf = new Map<string, Turn[]>();

  apply(event: JournaledEvent): void {
    if (event.type === "message") this.#messages.set(event.id, event);
    else if (event.type === "turn-start") this.#start(event.turn, event);
    else if (event.type === "answer") this.#turns.get(event.turn)?.texts.push(event.text);
    else if (event.type === "turn-end") {
      const turn = this.#turns.get(event.turn);
      if (turn !== undefined) turn.end = event;
    }
  }

  /** The line that was sent under this id. */
  messageOf(id: string): HumanMessage | undefined {
    return this.#messages.get(id);
  }

  /** Whether anybody began to answer. */
  wasTakenUp(id: string): boolean {
    return this.#turnsOf.has(id);
  }

  /** Of those who were asked, who has not answered yet. */
  openOf({ id, to }: HumanMessage): readonly string[] {
    const turns = this.#turnsOf.get(id) ?? [];
    const settled = turns.filter(({ end }) => SETTLED.has(end?.reason));
    return to.filter((persona) => !settled.some((turn) => turn.persona === persona));
  }

  /** All turns that answered a line, in the order they began. */
  turnsOf(id: string): readonly AnsweredTurn[] {
    const turns = this.#turnsOf.get(id) ?? [];
    return turns.map(({ persona, texts, end }) => ({ persona, text: texts.join("\n\n"), end }));
  }

  #start(id: string, about: { readonly persona: string; readonly message: string }): void {
    const turn: Turn = { persona: about.persona, texts: [], end: undefined };
    this.#turns.set(id, turn);
    const turns = this.#turnsOf.get(about.message);
    if (turns === undefined) this.#turnsOf.set(about.message, [turn]);
    else turns.push(turn);
  }
}
