import type { EndOptions, ExtractEvent, Extractor, ExtractorOptions } from "../extractor.ts";
import { LIMITS } from "../limits.ts";
import { allMarkers } from "../markers.ts";
import { ToolIndex } from "../resolve.ts";
import { Input, type Mode } from "./input.ts";
import { ProseMode } from "./prose.ts";
import { Sink } from "./sink.ts";
import type { Turn } from "./turn.ts";

/** Splits one answer; see {@link Extractor}. */
export class Splitter implements Extractor {
  readonly #input = new Input();
  readonly #sink = new Sink();
  readonly #prose: ProseMode;
  readonly #turn: Turn;
  readonly #special: RegExp = new RegExp(allMarkers().special.source);
  #mode: Mode;
  /** Length of the answer so far. */
  #length = 0;

  /** @param isTrial reads a piece of another answer, and so never splits off pieces of its own. */
  constructor(options: ExtractorOptions, isTrial = false) {
    this.#prose = new ProseMode(() => turn, options.profile?.thinkOpen === true);
    this.#mode = this.#prose;
    const turn: Turn = {
      tools: new ToolIndex(options.tools),
      sink: this.#sink,
      prose: this.#prose,
      trial: isTrial ? null : (text) => splitTrial(text, options, turn.stopped),
      rewinds: 0,
      thinkWasClosed: false,
      stopped: false,
      unclosed: new Map(),
    };
    this.#turn = turn;
  }

  push(text: string): readonly ExtractEvent[] {
    if (text === "") return [];
    const room = LIMITS.turnLength - this.#length;
    this.#length += text.length;
    if (text.length > room) return this.#pushBeyond(text, Math.max(room, 0));
    if (this.#isPlain(text)) return [this.#sink.plain(text)];
    this.#input.push(text);
    this.#run();
    return this.#sink.take();
  }

  end({ cut }: EndOptions = {}): readonly ExtractEvent[] {
    this.#turn.stopped = cut === false;
    this.#finish();
    return this.#sink.take();
  }

  /** Most chunks are words of prose, in which nothing can begin and for which nothing waits. */
  #isPlain(text: string): boolean {
    return (
      this.#mode === this.#prose &&
      this.#prose.isPlain &&
      this.#input.isEmpty &&
      !this.#sink.isHolding &&
      // Else this could be the first text of the answer.
      !this.#sink.isQuiet &&
      !this.#special.test(text)
    );
  }

  #pushBeyond(text: string, room: number): readonly ExtractEvent[] {
    if (room > 0) {
      this.#input.push(text.slice(0, room));
      this.#run();
    }
    this.#finish();
    this.#sink.dropped(`an answer longer than ${LIMITS.turnLength} characters`, text.slice(room));
    return this.#sink.take();
  }

  #finish(): void {
    this.#input.final = true;
    this.#run();
    this.#sink.end(this.#turn.stopped);
  }

  #run(): void {
    for (;;) {
      const next = this.#mode.step(this.#input);
      if (next === null) return;
      this.#mode = next;
    }
  }
}

function splitTrial(
  text: string,
  options: ExtractorOptions,
  stopped: boolean,
): readonly ExtractEvent[] {
  const splitter = new Splitter({ tools: options.tools }, true);
  return [...splitter.push(text), ...splitter.end(stopped ? { cut: false } : {})];
}
