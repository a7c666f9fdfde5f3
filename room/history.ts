/**
 * What each persona may see of a room, projected from its events. In `direct:` mode a message and the
 * turns that answer it belong to those who were addressed; no other persona's prompt ever holds them.
 */
import type { ToolCall } from "#core/calls.ts";
import type {
  Answer,
  Attached,
  HumanMessage,
  JournaledEvent,
  Summary,
  ToolFinished,
  TurnEndReason,
} from "#core/events.ts";
import { messagesTokens } from "#models/context.ts";
import { neutralise } from "#models/extract/neutralise.ts";
import type { ChatMessage } from "#models/provider.ts";

type Audience = readonly string[] | undefined;

interface HumanUnit {
  readonly kind: "human";
  /** Of the message. */
  readonly id: string;
  readonly text: string;
  readonly audience: Audience;
  readonly attached: readonly Attached[];
}

interface TurnUnit {
  readonly kind: "turn";
  /** Of the turn. */
  readonly id: string;
  readonly persona: string;
  readonly message: string;
  readonly audience: Audience;
  readonly answers: Answer[];
  /** Ids of the calls that began to run. */
  readonly started: Set<string>;
  readonly results: Map<string, string>;
  /** The newest call that did what it was asked for. */
  lastStep: ToolCall | undefined;
  reason: TurnEndReason | undefined;
}

/** What a persona may see of one line of the human or of one turn. */
export interface Exchange {
  /** Of the message or the turn; of a summary: of the newest that it stands for. */
  readonly id: string;
  readonly messages: readonly ChatMessage[];
}

/** The older part of what a persona may see. */
export interface OlderPart {
  /** Oldest first; the first one may be a summary. */
  readonly exchanges: readonly Exchange[];
  /** Id of the newest of them. */
  readonly through: string;
}

interface Remembered {
  readonly summary: Summary;
  /** Index of the last unit that it stands for. */
  readonly last: number;
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
  /** By the message, and by the path within it. */
  readonly #attached = new Map<string, Map<string, Attached>>();
  /** The newest summary of each persona. */
  readonly #summaries = new Map<string, Remembered>();
  /** Lines that no persona has begun to answer yet, in the order they came. */
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
        this.#result(event);
        break;
      case "turn-end":
        this.#end(event.turn, event.reason);
        break;
      case "attached": {
        const files = this.#attached.get(event.message) ?? new Map<string, Attached>();
        this.#attached.set(event.message, files.set(event.path, event));
        break;
      }
      case "summary":
        this.#remember(event);
        break;
      default: // notices, modes and files are for people
    }
  }

  /** What one persona may see, newest exchange first, as messages of its prompt. */
  *exchangesFor(persona: string): Generator<readonly ChatMessage[], void> {
    for (const { messages } of this.#seenBy(persona)) yield messages;
  }

  /**
   * What one persona may see, rendered as every persona that may see it gets it: lines of the user, the last step of a
   * turn that worked, without its result, and final answers with the name of their persona before them where it is not the
   * first one of the room.
   *
   * @param first the persona that answers without being named.
   */
  *sharedFor(persona: string, first: string): Generator<readonly ChatMessage[], void> {
    const units = this.#unitsOf(persona);
    for (let unit = units.next(); !unit.done; ) {
      const before = units.next();
      const follows = before.done ? undefined : before.value;
      yield shared(unit.value, { first, follows });
      unit = before;
    }
  }

  /** Says behind the newest line who answers it, where a rendering for all has to. */
  addresseeFor(persona: string, first: string): string | undefined {
    const [newest] = this.#unitsOf(persona);
    const isPlain = newest === undefined || !("kind" in newest) || newest.kind === "human";
    return persona === first && isPlain ? undefined : addresseeOf(persona);
  }

  /** Who took part in what a persona may see, in the order of their first turns. */
  presentFor(persona: string): readonly string[] {
    const speakers = this.#units.flatMap((unit) =>
      unit.kind === "turn" && unit.audience?.includes(persona) !== false ? [unit.persona] : [],
    );
    return [...new Set(speakers)];
  }

  /** What counts in a rendering for all, newest first. */
  *#unitsOf(persona: string): Generator<HumanUnit | TurnUnit | Summary, void> {
    const remembered = this.#summaries.get(persona);
    for (let index = this.#units.length - 1; index >= 0; index -= 1) {
      if (index === remembered?.last) {
        yield remembered.summary;
        return;
      }
      const unit = this.#units[index];
      if (unit === undefined || unit.audience?.includes(persona) === false) continue;
      if (unit.kind === "human" || (HEARD_BY_OTHERS.has(unit.reason) && answerOf(unit) !== "")) {
        yield unit;
      }
    }
  }

  /**
   * What a summary could stand for: everything before the newest line of the human, but for what is kept.
   *
   * @param keepTokens so much of the newest of it stays as it is, in estimated tokens.
   * @returns `undefined` when there is nothing, or nothing but a summary.
   */
  olderPart(persona: string, keepTokens: number): OlderPart | undefined {
    const newest = this.#units.findLastIndex(({ kind }) => kind === "human");
    const older: Exchange[] = [];
    let kept = 0;
    for (const exchange of this.#seenBy(persona, newest - 1)) {
      if (older.length === 0) kept += messagesTokens(exchange.messages);
      if (kept > keepTokens) older.push(exchange);
    }
    const through = older[0]?.id;
    if (through === undefined || through === this.#summaries.get(persona)?.summary.through) {
      return undefined;
    }
    return { exchanges: older.reverse(), through };
  }

  /** Newest first; what a summary stands for comes as that summary. */
  *#seenBy(persona: string, from = this.#units.length - 1): Generator<Exchange, void> {
    const remembered = this.#summaries.get(persona);
    for (let index = from; index >= 0; index -= 1) {
      if (index === remembered?.last) {
        yield asExchange(remembered.summary);
        return;
      }
      const unit = this.#units[index];
      if (unit === undefined || unit.audience?.includes(persona) === false) continue;
      const messages = project(unit, persona);
      if (messages.length > 0) yield { id: unit.id, messages };
    }
  }

  #remember(summary: Summary): void {
    const last = this.#units.findLastIndex(({ id }) => id === summary.through);
    if (last !== -1) this.#summaries.set(summary.persona, { summary, last });
  }

  /**
   * A line becomes part of the conversation when its first turn begins. Before that it only waits: the
   * turn that still runs would answer it too, and its place would be before that turn's answer.
   */
  #takeUp(message: string): void {
    const index = this.#pending.findIndex(({ id }) => id === message);
    // Lines before it that were never answered came before a crash; the reader knows them.
    for (const line of this.#pending.splice(0, index + 1)) {
      const { id, text } = line;
      const attached = [...(this.#attached.get(id)?.values() ?? [])];
      this.#units.push({ kind: "human", id, text, audience: audienceOf(line), attached });
    }
  }

  #start(turn: string, persona: string, message: string): void {
    this.#takeUp(message);
    const asked = this.#messages.get(message);
    const unit: TurnUnit = {
      kind: "turn",
      id: turn,
      persona,
      message,
      audience: asked === undefined ? undefined : audienceOf(asked),
      answers: [],
      started: new Set(),
      results: new Map(),
      lastStep: undefined,
      reason: undefined,
    };
    this.#turns.set(turn, unit);
    this.#units.push(unit);
  }

  #result({ turn, id, ok, output = "" }: ToolFinished): void {
    const unit = this.#turns.get(turn);
    if (unit === undefined) return;
    unit.results.set(id, output);
    const call = unit.answers.flatMap(({ calls }) => calls).findLast((one) => one.id === id);
    if (ok && call !== undefined) unit.lastStep = call;
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

/** Says in a rendering for all who answers. */
function addresseeOf(persona: string): string {
  return `(${persona} answers)`;
}

function shared(
  unit: HumanUnit | TurnUnit | Summary,
  { first, follows }: { readonly first: string; readonly follows: typeof unit | undefined },
): readonly ChatMessage[] {
  if ("through" in unit) return asExchange(unit).messages;
  if (unit.kind === "human") return [humanLine(unit, "")];
  const answer: ChatMessage = { role: "assistant", content: neutralise(answerOf(unit)) };
  const followsTurn = follows !== undefined && "kind" in follows && follows.kind === "turn";
  const said = [...stepOf(unit), answer];
  if (unit.persona === first && !followsTurn) return said;
  return [{ role: "user", content: addresseeOf(unit.persona) }, ...said];
}

/** What stands for a result in a rendering for all: raw output is for the persona that asked for it. */
const NOT_REPEATED = "(not repeated here)";

/** How the answer was found: models that see answers alone begin to guess, too. */
function stepOf({ lastStep: call }: TurnUnit): readonly ChatMessage[] {
  if (call === undefined) return [];
  return [
    { role: "assistant", content: "", calls: [call] },
    { role: "tool", callId: call.id, name: call.name, content: NOT_REPEATED },
  ];
}

/** All that a turn said. */
function answerOf({ answers }: TurnUnit): string {
  return answers
    .map((answer) => answer.text.trim())
    .filter((part) => part !== "")
    .join("\n\n");
}

function asExchange({ text, through }: Summary): Exchange {
  const content = `(what was said before, in short)\n${neutralise(text)}`;
  return { id: through, messages: [{ role: "user", content }] };
}

function project(unit: HumanUnit | TurnUnit, persona: string): readonly ChatMessage[] {
  if (unit.kind === "human") return [humanLine(unit)];
  if (unit.persona === persona) return unit.reason === undefined ? [] : ownTurn(unit);
  if (!HEARD_BY_OTHERS.has(unit.reason)) return [];
  const text = answerOf(unit);
  // A call that another speaker quotes must not become one here, neither by the server nor by repetition.
  return text === "" ? [] : [{ role: "user", content: `${unit.persona}: ${neutralise(text)}` }];
}

/** A line of the human, with the files that belong to it. */
function humanLine({ text, attached }: HumanUnit, name = "user: "): ChatMessage {
  const files = attached.flatMap(({ path, bytes, text: content }) => {
    if (content === undefined) return [];
    const isWhole = Buffer.byteLength(content) >= bytes;
    const about = isWhole ? "" : `, its first ${Buffer.byteLength(content)} of ${bytes} bytes`;
    return [`(the file ${path}${about})\n${neutralise(content)}\n(end of ${path})`];
  });
  const images = attached.flatMap(({ path, image }) =>
    image === undefined ? [] : [{ name: path, ...image }],
  );
  const content = [`${name}${text}`, ...files].join("\n\n");
  return { role: "user", content, ...(images.length === 0 ? {} : { images }) };
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
