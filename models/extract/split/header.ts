import type { HeaderMarker, HeaderMeaning } from "../dialect.ts";
import { Tokens } from "../tokens.ts";
import { ImpersonationMode } from "./impersonation.ts";
import type { Input, Mode } from "./input.ts";
import { ReasoningMode } from "./reasoning.ts";
import { ReasoningEnd } from "./reasoning-end.ts";
import type { Turn } from "./turn.ts";
import { UnitMode } from "./unit.ts";

/** A header must come to its end within this length. */
const HEADER_LENGTH = 256;

export interface HeaderStart {
  readonly dialect: string;
  readonly marker: HeaderMarker;
  readonly opener: string;
}

/** The header of a message, from its first marker up to the one that ends it. */
export class HeaderMode implements Mode {
  readonly #turn: Turn;
  readonly #start: HeaderStart;
  readonly #ends: Tokens;

  constructor(turn: Turn, start: HeaderStart) {
    this.#turn = turn;
    this.#start = start;
    this.#ends = headerEnds(start.marker.end);
  }

  step(input: Input): Mode | null {
    const { opener } = this.#start;
    const { sink, prose } = this.#turn;
    const window = input.text.slice(input.at, input.at + HEADER_LENGTH);
    const end = this.#ends.find(window, 0);
    if (end !== undefined) return this.#enter(input, input.at + end.index + end.token.length);
    if (window.length < HEADER_LENGTH && !input.final) return null;
    if (window.length < HEADER_LENGTH) {
      sink.dropped("a message that was cut off", opener + input.take(input.text.length));
    } else {
      sink.text(opener);
      prose.resumeBehind(opener);
    }
    return prose;
  }

  #enter(input: Input, end: number): Mode {
    const { dialect, marker, opener } = this.#start;
    const turn = this.#turn;
    const header = opener + input.take(end);
    const message = marker.read(header);
    turn.sink.settle();
    turn.prose.restartLine();
    switch (message.kind) {
      case "call": {
        const detector = message.marker.end(header);
        const start = { dialect, marker: message.marker, opener: header, isDoubtful: false };
        return new UnitMode(turn, { ...start, end: detector });
      }
      case "reasoning":
        return new ReasoningMode(turn, reasoningEnd(message));
      case "result":
        return new ImpersonationMode(turn, header, message.close);
      case "text":
        turn.sink.beginMessage();
        return turn.prose;
    }
  }
}

/** Each message of an answer has the same markers: they are compiled once. */
const HEADER_ENDS = new WeakMap<readonly string[], Tokens>();

function headerEnds(markers: readonly string[]): Tokens {
  const cached = HEADER_ENDS.get(markers) ?? new Tokens(markers);
  HEADER_ENDS.set(markers, cached);
  return cached;
}

const REASONING_ENDS = new WeakMap<readonly string[], ReasoningEnd>();

function reasoningEnd({
  close,
  before,
}: HeaderMeaning & { readonly kind: "reasoning" }): ReasoningEnd {
  const cached = REASONING_ENDS.get(close) ?? new ReasoningEnd(close, before);
  REASONING_ENDS.set(close, cached);
  return cached;
}
