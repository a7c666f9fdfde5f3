import {
  HARMONY_CLOSE,
  HARMONY_OPEN,
  HEADER_END,
  HEADER_LENGTH,
  harmonyCall,
  readHeader,
} from "../dialects/harmony.ts";
import type { Input, Mode } from "./input.ts";
import { InventedMode } from "./invented.ts";
import { ReasoningMode } from "./reasoning.ts";
import { ReasoningEnd } from "./reasoning-end.ts";
import type { Turn } from "./turn.ts";
import { UnitMode } from "./unit.ts";

const ANALYSIS_END = new ReasoningEnd(HARMONY_CLOSE, HARMONY_OPEN);

/** The header of a Harmony message, from its first marker up to `<|message|>`. */
export class HeaderMode implements Mode {
  readonly #turn: Turn;
  readonly #opener: string;

  constructor(turn: Turn, opener: string) {
    this.#turn = turn;
    this.#opener = opener;
  }

  step(input: Input): Mode | null {
    const window = input.text.slice(input.at, input.at + HEADER_LENGTH);
    const end = window.indexOf(HEADER_END);
    if (end >= 0) return this.#enter(this.#opener + input.take(input.at + end + HEADER_END.length));
    if (window.length < HEADER_LENGTH && !input.final) return null;
    const { sink, prose } = this.#turn;
    if (window.length < HEADER_LENGTH) {
      sink.dropped("a message that was cut off", this.#opener + input.take(input.text.length));
    } else {
      sink.text(this.#opener);
      prose.resumeBehind(this.#opener);
    }
    return prose;
  }

  #enter(header: string): Mode {
    const turn = this.#turn;
    const message = readHeader(header);
    turn.sink.settle();
    turn.prose.restartLine();
    switch (message.kind) {
      case "call": {
        const marker = harmonyCall(message.recipient);
        return new UnitMode(turn, {
          dialect: "harmony",
          marker,
          opener: header,
          atLineStart: true,
        });
      }
      case "reasoning":
        return new ReasoningMode(turn, ANALYSIS_END);
      case "result":
        return new InventedMode(turn, header, HARMONY_CLOSE);
      case "text":
        return turn.prose;
    }
  }
}
