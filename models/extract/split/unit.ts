import type { UnitMarker } from "../dialect.ts";
import type { EndDetector, Found } from "../ends/end.ts";
import type { ExtractedCall } from "../extractor.ts";
import { finishCalls } from "../finish.ts";
import { LIMITS } from "../limits.ts";
import { TooDeep } from "../readers/literal.ts";
import type { Input, Mode } from "./input.ts";
import { countMarkup, mayRewind, type Turn } from "./turn.ts";

export interface UnitStart {
  readonly dialect: string;
  readonly marker: UnitMarker;
  readonly opener: string;
  readonly end: EndDetector;
  /** It stands where text that speaks of markers has them: behind a blank, a word or a quotation mark in a line. */
  readonly isDoubtful: boolean;
}

/** Shorter ones that were cut off are hidden even where they stand in a line of prose. */
const SHORT_LENGTH = 64;
/** In so much of a candidate without markers a name makes it a call rather than data. */
const HEAD_LENGTH = 256;

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
    this.#end = start.end;
  }

  step(input: Input): Mode | null {
    const next = this.#end.feed(input.text, input.at, input.final);
    this.#held += input.take(next);
    if (this.#dropped + this.#held.length > LIMITS.unitLength) this.#drop();
    if (this.#end.found !== undefined)
      return this.#close(input, this.#end.found, this.#end.found.doubtful === true);
    if (!input.final) return null;
    const { fallback } = this.#end;
    if (fallback !== undefined && this.#dropped === 0 && mayRewind(this.#turn)) {
      // Whether the marker in the string was the end after all, or the answer was cut off, remains open.
      return this.#close(input, fallback, true);
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
    const { prose, sink } = this.#turn;
    if (this.#dropped > 0) {
      this.#drop();
      prose.restartLine();
      return prose;
    }
    const held = this.#held;
    let end = found.end;
    try {
      const read = this.#read(held.slice(0, found.body), cut);
      // What stands behind the calls is prose, also before the closing marker.
      end = read?.at(-1)?.end ?? found.end;
      const isClosed = found.closed === true && end === found.end;
      if (read !== null && !isClosed) countMarkup(this.#turn, this.#start.dialect, 1);
      this.#finish(
        read,
        this.#start.opener + held.slice(0, end),
        cut && end === held.length && this.#end.found === undefined,
      );
    } catch (error) {
      if (!(error instanceof TooDeep)) throw error;
      sink.dropped(`arguments ${error.message}`, this.#start.opener + held.slice(0, end));
      prose.restartLine();
    }
    input.unread(held.slice(end));
    return prose;
  }

  #read(text: string, cut: boolean): ReturnType<UnitMarker["read"]> {
    const { stopped, tools } = this.#turn;
    const { marker, opener } = this.#start;
    return marker.read({ opener, text, cut, stopped, tools });
  }

  #finish(read: ReturnType<UnitMarker["read"]>, raw: string, cut: boolean): void {
    const { sink, prose, tools } = this.#turn;
    const { dialect, marker } = this.#start;
    const unmarked = marker.unmarked === true;
    const calls = read && finishCalls(read, { dialect, raw, unmarked }, tools);
    if (calls !== null) this.#emit(calls, raw);
    else if (cut && this.#isMarkup()) sink.dropped("a call that was cut off", raw);
    else {
      sink.text(raw);
      prose.resumeBehind(raw);
      return;
    }
    prose.restartLine();
  }

  /** Whether a candidate that was cut off, and cannot be read, is the beginning of a call. */
  #isMarkup(): boolean {
    const held = this.#held;
    if (this.#start.marker.unmarked === true) return held.length <= HEAD_LENGTH;
    if (!this.#start.isDoubtful || held.length <= SHORT_LENGTH) return true;
    return this.#turn.tools.names.find(held.slice(0, HEAD_LENGTH), 0) !== undefined;
  }

  #emit(calls: readonly ExtractedCall[], raw: string): void {
    const { sink } = this.#turn;
    if (this.#start.marker.unmarked === true && sink.hasText) sink.hold(raw, calls);
    else for (const call of calls) sink.call(call);
  }
}
