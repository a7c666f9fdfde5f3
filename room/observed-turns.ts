/** The turns that answer the newest message: rules are learnt from them and evaluated by them. */
import type { ToolCall } from "#core/calls.ts";
import type { JournaledEvent, TurnEnd } from "#core/events.ts";

export interface ObservedTurn {
  readonly turn: string;
  readonly persona: string;
  /** Number of the rule that answers instead of the model. */
  readonly rule: number | undefined;
  readonly calls: ToolCall[];
  /** Ids of calls that succeeded. */
  readonly succeeded: Set<string>;
  end: TurnEnd | undefined;
}

/** An answer that the user may complain about. */
export interface LastAnswer {
  /** Number of the rule. */
  readonly id: number;
  /** Id of the turn that gave it. */
  readonly turn: string;
  readonly call: ToolCall;
  /** The rule answered itself; else a model did, as the rule would have. */
  readonly isFired: boolean;
  /** Messages of the user that were answered since. */
  lines: number;
}

/** A complaint counts in the first lines behind an answer. */
const COMPLAINED_WITHIN = 2;

export class ObservedTurns {
  readonly #turns = new Map<string, ObservedTurn>();
  /** Id of the line that they answer. */
  #message: string | undefined;
  /** Lines that no rule may answer: they came while a question was open, or were typed in other signs. */
  readonly #setAside = new Set<string>();
  #isAsked: boolean = false;
  /** Ids of questions for an approval that are open. */
  readonly #approvals = new Set<string>();
  #last: LastAnswer | undefined;

  /** Takes in the next event of the journal. */
  apply(event: JournaledEvent): void {
    this.#openQuestions(event);
    if (event.type === "turn-start") this.#start(event);
    if (!("turn" in event)) return;
    const turn = this.#turns.get(event.turn);
    if (turn === undefined) return;
    if (event.type === "tool-call") turn.calls.push(event.call);
    if (event.type === "tool-result" && event.ok) turn.succeeded.add(event.id);
    if (event.type === "answer" && turn.rule === undefined) {
      this.#isAsked = /\?\W*$/.test(event.text);
    }
    if (event.type === "turn-end") this.#end(turn, event);
  }

  /** The turns that answer a line, in the order in which they began. */
  turnsOf(message: string): readonly ObservedTurn[] {
    return message === this.#message ? [...this.#turns.values()] : [];
  }

  /** Has a model answer a line in any case. */
  setAside(message: string): void {
    this.#setAside.add(message);
  }

  /** Whether a line is for a model: it may be the answer to a question, for example. */
  isSetAside(message: string): boolean {
    return this.#setAside.has(message);
  }

  /** The newest answer that a message, which is not answered yet, may complain about. */
  get last(): LastAnswer | undefined {
    return this.#last !== undefined && this.#last.lines < COMPLAINED_WITHIN
      ? this.#last
      : undefined;
  }

  /** A model answered as a rule would have; `undefined`: nothing is to be complained about any more. */
  remember(last: Omit<LastAnswer, "lines" | "isFired"> | undefined): void {
    this.#last = last && { ...last, isFired: false, lines: 0 };
  }

  #openQuestions(event: JournaledEvent): void {
    const isOpen = this.#isAsked || this.#approvals.size > 0;
    if (event.type === "message" && isOpen) this.#setAside.add(event.id);
    if (event.type !== "approval") return;
    if (event.state === "asked") this.#approvals.add(event.id);
    else this.#approvals.delete(event.id);
  }

  #start({ turn, persona, message, rule }: Extract<JournaledEvent, { type: "turn-start" }>): void {
    if (this.#message !== message) {
      this.#turns.clear();
      this.#message = message;
      if (this.#last !== undefined) this.#last.lines += 1;
    }
    const begun = { calls: [], succeeded: new Set<string>(), end: undefined };
    this.#turns.set(turn, { turn, persona, rule, ...begun });
  }

  #end(turn: ObservedTurn, end: TurnEnd): void {
    turn.end = end;
    const [call] = turn.calls;
    if (turn.rule === undefined || call === undefined || end.reason !== "complete") return;
    this.#last = { id: turn.rule, turn: turn.turn, call, isFired: true, lines: 0 };
  }
}

/** Words by which a user takes a wish back, or says that it was understood wrongly. */
const COMPLAINTS: ReadonlySet<string> = new Set(["no", "nope", "nah", "not", "wrong", "undo"]);
/** So many words of a line are looked at: further behind they are about something else. */
const LOOKED_AT = 6;

/** Whether a line says that the answer before it was not what was wished for. */
export function isComplaint(text: string): boolean {
  const words =
    text
      .toLowerCase()
      .replaceAll("’", "'")
      .match(/[a-z']+/g) ?? [];
  return words.slice(0, LOOKED_AT).some((word) => COMPLAINTS.has(word) || word.endsWith("n't"));
}
