import type { ExtractEvent } from "../extractor.ts";
import { allMarkers, isExplicit, openerEnd } from "../markers.ts";
import type { Verdict } from "../shape.ts";
import type { Input, Mode } from "./input.ts";
import type { ReasoningEnd } from "./reasoning-end.ts";
import type { Turn } from "./turn.ts";

/** With so much of its closing marker a block was cut off inside it. */
const MARKER_START = 2;

/**
 * A block of reasoning. A call inside it is a rehearsal and never runs, provided that the block is
 * closed: so from the first call on, the text is held until that is known. If the answer ends
 * without closing the block, the model forgot to, and the calls are meant.
 */
export class ReasoningMode implements Mode {
  readonly #turn: Turn;
  readonly #close: ReasoningEnd;
  /** The text since the first call inside the block. */
  #rehearsal: string | undefined;
  /** Where a marker begins that may still turn out to be a call. */
  #undecided = Number.POSITIVE_INFINITY;

  /** The last character before the input: a line begins with the block. */
  #last = "\n";

  constructor(turn: Turn, end: ReasoningEnd) {
    this.#turn = turn;
    this.#close = end;
  }

  step(input: Input): Mode | null {
    for (;;) {
      const close = this.#close.tokens.find(input.text, input.at);
      const stop = close?.index ?? input.text.length;
      if (this.#rehearsal === undefined && this.#rehearses(input, stop)) continue;
      if (close !== undefined) return this.#end(input, close);
      this.#think(input.take(this.#holdFrom(input)));
      if (input.final) this.#unclosed();
      if (input.final && !input.isEmpty) {
        this.#turn.sink.dropped("a marker that was cut off", input.take(input.text.length));
      }
      return null;
    }
  }

  #think(text: string): void {
    this.#last = text.at(-1) ?? this.#last;
    if (this.#rehearsal === undefined) this.#turn.sink.reasoning(text);
    else this.#rehearsal += text;
  }

  #end(input: Input, { index, token }: { index: number; token: string }): Mode {
    this.#think(input.take(index));
    this.#turn.sink.reasoning(this.#rehearsal ?? "");
    this.#turn.thinkWasClosed = true;
    if (!this.#close.before.has(token)) input.take(index + token.length);
    this.#turn.prose.restartLine();
    return this.#turn.prose;
  }

  /** Text that could be the beginning of a marker waits for more. */
  #holdFrom(input: Input): number {
    const { text, at } = input;
    const held = this.#close.tokens.holdFrom(text, at);
    if (input.final) return text.length - held < MARKER_START ? text.length : held;
    if (this.#rehearsal !== undefined) return held;
    return Math.min(held, this.#undecided, allMarkers().rehearsals.holdFrom(text, at));
  }

  /** Looks for a call before `stop`. @returns whether one begins there. */
  #rehearses(input: Input, stop: number): boolean {
    const { rehearsals } = allMarkers();
    this.#undecided = Number.POSITIVE_INFINITY;
    // Without the bound each of many short blocks would be searched to the end of the answer.
    const block = input.text.slice(0, stop);
    let match = rehearsals.find(block, input.at);
    while (match !== undefined) {
      const isOpen = !input.final && rehearsals.isOpen(input.text, match.index);
      const verdict = isOpen ? "more" : this.#verdict(input, match.index, match.token);
      if (verdict === "more") {
        this.#undecided = match.index;
        return false;
      }
      if (verdict === "yes") {
        this.#think(input.take(match.index));
        this.#rehearsal = "";
        return true;
      }
      // Tokens may overlap, so the next one may begin inside this one.
      match = rehearsals.find(block, match.index + 1);
    }
    return false;
  }

  #verdict(input: Input, at: number, token: string): Verdict {
    const before = at === input.at ? this.#last : input.text.charAt(at - 1);
    const lineIsBlank = before === "\n";
    const candidates = allMarkers().spotted.get(token);
    // Fences have no record: they open a call wherever a line begins with one.
    if (candidates === undefined) return lineIsBlank ? "yes" : "no";
    const verdicts = candidates.map((spotted): Verdict => {
      const { marker } = spotted;
      if (!isExplicit(marker) || !(lineIsBlank || !("at" in marker))) return "no";
      const end = openerEnd(spotted, input.text, at);
      return typeof end === "string" ? end : marker.after(input.text, end, this.#turn.tools);
    });
    if (verdicts.includes("yes")) return "yes";
    return verdicts.includes("more") ? "more" : "no";
  }

  /** The answer ended inside the block. */
  #unclosed(): void {
    const { sink, stopped, trial } = this.#turn;
    const rehearsal = this.#rehearsal ?? "";
    const events = rehearsal === "" ? [] : (trial?.(rehearsal) ?? []);
    if (!endsWithCall(events)) sink.reasoning(rehearsal);
    else for (const event of events) sink.add(stopped ? event : inDoubt(event));
  }
}

/** A block that was cut off may have gone on, and its calls be rehearsals. */
function inDoubt(event: ExtractEvent): ExtractEvent {
  if (event.type !== "call") return event;
  return { ...event, call: { ...event.call, truncated: true } };
}

/** Whether the answer so far ends with a whole call. */
function endsWithCall(events: readonly ExtractEvent[]): boolean {
  const last = events.findLast((event) => event.type !== "text" || event.text.trim() !== "");
  return last?.type === "call" && last.call.truncated !== true;
}
