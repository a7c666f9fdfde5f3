import { Tokens } from "../tokens.ts";
import type { Input, Mode } from "./input.ts";
import type { Turn } from "./turn.ts";

const WHY = "a result that the model made up";

/** A result that the model wrote itself instead of waiting for the tool; and all that builds on it. */
export class ImpersonationMode implements Mode {
  readonly #turn: Turn;
  readonly #close: Tokens;

  constructor(turn: Turn, opener: string, close: readonly string[]) {
    this.#turn = turn;
    this.#close = new Tokens(close);
    turn.sink.dropped(WHY, opener);
  }

  step(input: Input): Mode | null {
    const { sink, prose } = this.#turn;
    const close = this.#close.find(input.text, input.at);
    if (close !== undefined) {
      sink.dropped(WHY, input.take(close.index + close.token.length));
      prose.restartLine();
      return prose;
    }
    const end = input.final ? input.text.length : this.#close.holdFrom(input.text, input.at);
    sink.dropped(WHY, input.take(end));
    return null;
  }
}
