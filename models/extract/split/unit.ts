import type { UnitMarker } from "../dialect.ts";
import type { EndDetector, Found } from "../ends/end.ts";
import type { ExtractedCall } from "../extractor.ts";
import { finishCalls } from "../finish.ts";
import { LIMITS } from "../limits.ts";
import { TooDeep } from "../readers/literal.ts";
import type { Input, Mode } from "./input.ts";
import { mayRewind, type Turn } from "./turn.ts";

export interface UnitStart {
  readonly dialect: string;
  readonly marker: UnitMarker;
  readonly opener: string;
  /** Nothing but blanks stood before the opener in its line. */
  readonly atLineStart: boolean;
}

/** A candidate: it is held back from its opener until its end, then read as a whole. */
export class UnitMode implements Mode {
  readonly #turn: Turn;
  readonly #start: UnitStart;
  readonly #end: EndDetector;
  /** Built by appending only: reading it before the end would copy it again and again. */
  #held = "";
  /** Length of what was dropped already because the candidate is too long. */
  #dropped = 0;

  constructor(turn: Turn, start: UnitStart) {
    this.#turn = turn;
    this.#start = start;
    this.#end = start.marker.end();
  }

  step(input: Input): Mode | null {
    const next = this.#end.feed(input.text, input.at, input.final);
    this.#held += input.take(next);
    if (this.#dropped + this.#held.length > LIMITS.unitLength) this.#drop();
    if (this.#end.found !== undefined) return this.#close(input, this.#end.found, false);
    if (!input.final) return null;
    const { fallback } = this.#end;
    if (fallback !== undefined && this.#dropped === 0 && mayRewind(this.#turn)) {
      return this.#close(input, fallback, false);
    }
    this.#held += input.take(input.text.length);
    return this.#close(input, { body: this.#held.length, end: this.#held.length }, true);
  }

  /** Too long to be held: dropped as it comes. */
  #drop(): void {
    const raw = this.#dropped === 0 ? this.#start.opener + this.#held : this.#held;
    this.#turn.sink.dropped(`a call longer than ${LIMITS.unitLength} characters`, raw);
    this.#dropped += this.#held.length;
    this.#held = "";
  }

  #close(input: Input, found: Found, cut: boolean): Mode {
    const { opener } = this.#start;
    if (this.#dropped > 0) {
      this.#drop();
      this.#turn.prose.restartLine();
      return this.#turn.prose;
    }
    const held = this.#held;
    input.unread(held.slice(found.end));
    this.#finish(held.slice(0, found.body), opener + held.slice(0, found.end), cut);
    return this.#turn.prose;
  }

  #finish(text: string, raw: string, cut: boolean): void {
    const { sink, prose, tools } = this.#turn;
    const { dialect, marker, opener, atLineStart } = this.#start;
    const unmarked = marker.unmarked === true;
    let calls: readonly ExtractedCall[] | null;
    try {
      const read = marker.read({ opener, text, cut, tools });
      calls = read && finishCalls(read, { dialect, raw, unmarked }, tools);
    } catch (error) {
      if (!(error instanceof TooDeep)) throw error;
      sink.dropped(`arguments ${error.message}`, raw);
      prose.restartLine();
      return;
    }
    if (calls !== null) this.#emit(calls, raw);
    else if (cut && atLineStart && !unmarked) sink.dropped("a call that was cut off", raw);
    else {
      sink.text(raw);
      prose.resumeBehind(raw);
      return;
    }
    prose.restartLine();
  }

  #emit(calls: readonly ExtractedCall[], raw: string): void {
    const { sink } = this.#turn;
    if (this.#start.marker.unmarked === true && sink.hasText) sink.hold(raw, calls);
    else for (const call of calls) sink.call(call);
  }
}
