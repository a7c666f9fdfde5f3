/**
 * What each persona may see of a room, projected from its events. In `direct:` mode a message and the
 * turns that answer it belong to those who were addressed; nobody else's prompt ever holds them.
 */
import type { Answer, HumanMessage, JournaledEvent, TurnEndReason } from "#core/events.ts";
import { neutralise } from "#models/extract/neutralise.ts";
import type { ChatMessage } from "#models/provider.ts";

type Audience = readonly string[] | undefined;

interface HumanUnit {
  readonly kind: "human";
  readonly text: string;
  readonly audience: Audience;
}

interface TurnUnit {
  readonly kind: "turn";
  readonly persona: string;
  readonly message: string;
  readonly audience: Audience;
  readonly answers: Answer[];
  /** Ids of the calls that began to run. */
  readonly started: Set<string>;
  readonly results: Map<string, string>;
  reason: TurnEndReason | undefined;
}

/** Only a turn that came to its end counts as an answer for the others; a broken one is no answer. */
const HEARD_BY_OTHERS: ReadonlySet<TurnEndReason | undefined> = new Set<TurnEndReason>([
  "complete",
  "length",
  "limit",
  "looped",
]);

const NOT_RUN = "Not run: the turn ended before this call.";
const NOT_FINISHED =
  "Not run to its end: the turn was broken off meanwhile. What it did until then is not known.";

export class RoomHistory {
  readonly #units: (HumanUnit | TurnUnit)[] = [];
  readonly #turns = new Map<string, TurnUnit>();
  readonly #messages = new Map<string, HumanMessage>();
  /** Lines that nobody has begun to answer yet, in the order they came. */
  readonly #pending: HumanMessage[] = [];
  #lastMessage: HumanMessage | undefined;
  #lastSpeaker: string | undefined;

  /** The newest line of the human. */
  get lastMessage(): HumanMessage | undefined {
    return this.#lastMessage;
  }

  /** The persona that answered the human last. */
  get lastSpeaker(): string | undefined {
    return this.#lastSpeaker;
  }

  /** Turns that began and never ended: the process died in the middle of them. */
  get openTurns(): readonly { readonly turn: string; readonly persona: string }[] {
    return [...this.#turns]
      .filter(([, unit]) => unit.reason === undefined)
      .map(([turn, { persona }]) => ({ turn, persona }));
  }

  /** Whether any turn answered, or began to answer, a message. */
  wasTakenUp(message: string): boolean {
    return [...this.#turns.values()].some((unit) => unit.message === message);
  }

  /** Takes in the next event of the journal. Events of other kinds change nothing here. */
  apply(event: JournaledEvent): void {
    switch (event.type) {
      case "message":
        this.#messages.set(event.id, event);
        this.#lastMessage = event;
        this.#pending.push(event);
        break;
      case "turn-start":
        this.#start(event.turn, event.persona, event.message);
        break;
      case "answer":
        this.#turns.get(event.turn)?.answers.push(event);
        break;
      case "tool-call":
        this.#turns.get(event.turn)?.started.add(event.call.id);
        break;
      case "tool-result":
        this.#turns.get(event.turn)?.results.set(event.id, event.output ?? "");
        break;
      case "turn-end":
        this.#end(event.turn, event.reason);
        break;
      default: // notices, modes and files are for people
    }
  }

  /** What one persona may see, newest exchange first, as messages of its prompt. */
  *exchangesFor(persona: string): Generator<readonly ChatMessage[], void> {
    for (let index = this.#units.length - 1; index >= 0; index -= 1) {
      const unit = this.#units[index];
      if (unit === undefined || unit.audience?.includes(persona) === false) continue;
      const messages = project(unit, persona);
      if (messages.length > 0) yield messages;
    }
  }

  /**
   * A line becomes part of the conversation when its first turn begins. Before that it only waits: the
   * turn that still runs would answer it too, and its place would be before that turn's answer.
   */
  #takeUp(message: string): void {
    const index = this.#pending.findIndex(({ id }) => id === message);
    // Lines before it that were never answered came before a crash; the reader knows them.
    for (const line of this.#pending.splice(0, index + 1)) {
      this.#units.push({ kind: "human", text: line.text, audience: audienceOf(line) });
    }
  }

  #start(turn: string, persona: string, message: string): void {
    this.#takeUp(message);
    const asked = this.#messages.get(message);
    const unit: TurnUnit = {
      kind: "turn",
      persona,
      message,
      audience: asked === undefined ? undefined : audienceOf(asked),
      answers: [],
      started: new Set(),
      results: new Map(),
      reason: undefined,
    };
    this.#turns.set(turn, unit);
    this.#units.push(unit);
  }

  #end(turn: string, reason: TurnEndReason): void {
    const unit = this.#turns.get(turn);
    if (unit === undefined) return;
    unit.reason = reason;
    if (HEARD_BY_OTHERS.has(reason)) this.#lastSpeaker = unit.persona;
  }
}

/** Who may see a message and what answers it; `undefined` means everybody. */
export function audienceOf(message: HumanMessage): Audience {
  return message.mode.startsWith("direct:") ? message.to : undefined;
}

function project(unit: HumanUnit | TurnUnit, persona: string): readonly ChatMessage[] {
  if (unit.kind === "human") return [{ role: "user", content: `user: ${unit.text}` }];
  if (unit.persona === persona) return unit.reason === undefined ? [] : ownTurn(unit);
  if (!HEARD_BY_OTHERS.has(unit.reason)) return [];
  const text = unit.answers
    .map((answer) => answer.text.trim())
    .filter((part) => part !== "")
    .join("\n\n");
  // A call that somebody else quotes must not become one here, neither by the server nor by repetition.
  return text === "" ? [] : [{ role: "user", content: `${unit.persona}: ${neutralise(text)}` }];
}

/** A persona's own turn: every completion, each call followed by its result. */
function ownTurn(unit: TurnUnit): ChatMessage[] {
  const messages = unit.answers.flatMap((answer): ChatMessage[] => [
    { role: "assistant", content: answer.text, calls: answer.calls },
    ...answer.calls.map(
      ({ id, name }): ChatMessage => ({
        role: "tool",
        callId: id,
        name,
        // A call without a result makes most servers refuse the whole prompt.
        content: neutralise(
          unit.results.get(id) ?? (unit.started.has(id) ? NOT_FINISHED : NOT_RUN),
        ),
      }),
    ),
  ]);
  if (HEARD_BY_OTHERS.has(unit.reason) || unit.reason === "passed" || messages.length === 0) {
    return messages;
  }
  return [...messages, { role: "user", content: `(your last answer ended early: ${unit.reason})` }];
}
