/**
 * A room as its prompts need it, projected from its events. In `direct:` mode a message and the turns that answer it belong
 * to those who were addressed; no other persona's prompt ever holds them.
 */
import {
  type Answer,
  type Attached,
  type HumanMessage,
  type JournaledEvent,
  type Summary,
  type ToolFinished,
  type TurnEndReason,
  type TurnStart,
  VISIBLE_TO_OTHERS,
} from "#core/events.ts";
import { isDirect } from "#core/mode.ts";
import { withoutMark } from "#core/rules/rule.ts";
import { foreignText } from "#models/extract/foreign-text.ts";
import { isForeignResult } from "./memory-text.ts";
import { PersonaView } from "./persona-view.ts";
import type { Audience, HumanUnit, Render, TurnUnit } from "./prompt-units.ts";
import {
  MIN_RETAINED,
  retainedCharacters,
  retainedUnits,
  Speakers,
  settledBy,
  sizeOf,
} from "./retained-units.ts";
import { type ChangeText, rewriteHistory } from "./rewrite-history.ts";

/** Who takes part in a room. */
interface Personas {
  readonly ids: readonly string[];
  readonly models: Parameters<typeof retainedCharacters>[0];
}

export class RoomHistory {
  #units: (HumanUnit | TurnUnit)[] = [];
  readonly #turns = new Map<string, TurnUnit>();
  readonly #messages = new Map<string, HumanMessage>();
  /** By the message, and by the path within it. */
  readonly #attached = new Map<string, Map<string, Attached>>();
  /** The newest summary of each persona. */
  readonly #summaries = new Map<string, Summary>();
  readonly #speakers = new Speakers();
  /** Characters that came since what is too old was let go. */
  #grown = 0;
  /** Lines that no persona has begun to answer yet, in the order they came. */
  readonly #pending: HumanMessage[] = [];
  /** Personas whose prompts hold text that no participant wrote, or what came of it. */
  readonly #readForeign = new Set<string>();
  #allReadForeign = false as boolean;
  #lastMessage: HumanMessage | undefined;
  #lastSpeaker: string | undefined;
  readonly #foreign: Render;
  readonly #names: () => readonly string[];
  readonly #maxRetained: () => number;

  /**
   * @param names who speaks in the room: no line of a file, a result or an answer reads like one of theirs.
   * @param maxRetained size of the newest part that is retained for each of them, in characters.
   */
  constructor(
    names: () => readonly string[] = () => [],
    maxRetained: () => number = () => MIN_RETAINED,
  ) {
    this.#foreign = (text) => foreignText(text, names());
    this.#names = names;
    this.#maxRetained = maxRetained;
  }

  /** For a room: it retains as much as the windows of its models could ever hold. */
  static of(personas: () => Personas): RoomHistory {
    return new RoomHistory(
      () => personas().ids,
      () => retainedCharacters(personas().models),
    );
  }

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
  isAnswerStarted(message: string): boolean {
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
        this.#start(event);
        break;
      case "answer":
        this.#answer(event);
        break;
      case "tool-call":
        this.#turns.get(event.turn)?.started.add(event.call.id);
        break;
      case "tool-result":
        this.#result(event);
        break;
      case "turn-end":
        this.#end(event.turn, event.reason);
        this.#letGo();
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

  /** Takes in that texts of entries were changed: of what a human had forgotten no prompt tells any more. */
  rewrite(change: ChangeText): void {
    const entries = { messages: this.#messages, attached: this.#attached, pending: this.#pending };
    rewriteHistory({ ...entries, summaries: this.#summaries, units: this.#units }, change);
    this.#lastMessage = this.#messages.get(this.#lastMessage?.id ?? "");
  }

  /** What one persona may see of it, rendered for prompts. */
  viewFor(persona: string): PersonaView {
    const summary = this.#summaries.get(persona);
    return new PersonaView(persona, { units: this.#units, summary, foreign: this.#foreign });
  }

  /** Whether what a persona may see holds text that no participant wrote, or an answer that came of such text. */
  readsForeign(persona: string): boolean {
    return this.#allReadForeign || this.#readForeign.has(persona);
  }

  /** Who took part in what a persona may see, in the order of their first turns. */
  presentFor(persona: string): readonly string[] {
    return this.#speakers.visibleTo(persona);
  }

  #remember(summary: Summary): void {
    const isThere = this.#units.some(({ id }) => id === summary.through);
    if (isThere) this.#summaries.set(summary.persona, summary);
  }

  /**
   * A line becomes part of the conversation when its first turn begins. Before that it only waits: the
   * turn that still runs would answer it too, and it would stand before that turn's answer.
   */
  #takeUp(message: string): void {
    const index = this.#pending.findIndex(({ id }) => id === message);
    // Lines before it that were never answered came before a crash; the reader knows them.
    for (const line of this.#pending.splice(0, index + 1)) {
      const { id, text } = line;
      const attached = [...(this.#attached.get(id)?.values() ?? [])];
      const unit: HumanUnit = { kind: "human", id, text, audience: audienceOf(line), attached };
      this.#units.push(unit);
      this.#grown += sizeOf(unit);
      if (attached.length > 0) this.#foreignIn(unit);
    }
  }

  #answer(event: Answer): void {
    const unit = this.#turns.get(event.turn);
    unit?.answers.push(unit.byRule ? { ...event, text: withoutMark(event.text) } : event);
  }

  #start({ turn, persona, message, readsFiles, rule }: TurnStart): void {
    this.#takeUp(message);
    const request = this.#messages.get(message);
    const unit: TurnUnit = {
      kind: "turn",
      id: turn,
      persona,
      message,
      audience: request === undefined ? undefined : audienceOf(request),
      answers: [],
      started: new Set(),
      results: new Map(),
      lastStep: undefined,
      byRule: rule !== undefined,
      reason: undefined,
    };
    this.#turns.set(turn, unit);
    this.#units.push(unit);
    this.#speakers.add(unit);
    if (readsFiles || this.readsForeign(persona)) this.#foreignIn(unit);
  }

  /** Takes in that a unit has text that no participant wrote. */
  #foreignIn({ audience }: HumanUnit | TurnUnit): void {
    if (audience === undefined) this.#allReadForeign = true;
    for (const persona of audience ?? []) this.#readForeign.add(persona);
  }

  #result(result: ToolFinished): void {
    const { turn, id, ok, output = "" } = result;
    const unit = this.#turns.get(turn);
    if (unit === undefined) return;
    if (isForeignResult(result)) this.#foreignIn(unit);
    unit.results.set(id, output);
    const call = unit.answers.flatMap(({ calls }) => calls).findLast((one) => one.id === id);
    if (ok && call !== undefined) unit.lastStep = call;
  }

  #end(turn: string, reason: TurnEndReason): void {
    const unit = this.#turns.get(turn);
    if (unit === undefined) return;
    unit.reason = reason;
    this.#grown += sizeOf(unit);
    if (VISIBLE_TO_OTHERS.has(reason)) this.#lastSpeaker = unit.persona;
  }

  /** Lets units go that lie behind all that a prompt or a summary of any persona could hold; the journal has them. */
  #letGo(): void {
    const most = this.#maxRetained();
    if (this.#grown < most) return;
    this.#grown = 0;
    const summed = new Set([...this.#summaries.values()].map(({ through }) => through));
    const retained = retainedUnits(this.#units, { personas: this.#names(), most, summed });
    const gone = this.#units.filter((unit) => !retained.has(unit));
    const settled = settledBy(this.#turns.values());
    for (const { kind, id } of gone) {
      if (kind !== "human" || id === this.#lastMessage?.id) continue;
      // The audience of a line is needed as long as the line can be answered again.
      const isSettled = this.#messages.get(id)?.to.every((one) => settled.get(id)?.has(one));
      if (isSettled !== true) continue;
      this.#messages.delete(id);
      this.#attached.delete(id);
    }
    for (const { id } of gone) this.#turns.delete(id);
    this.#units = this.#units.filter((unit) => retained.has(unit));
  }
}

/** Who may see a message and what answers it; `undefined` means everybody. */
export function audienceOf(message: HumanMessage): Audience {
  return isDirect(message.mode) ? message.to : undefined;
}
