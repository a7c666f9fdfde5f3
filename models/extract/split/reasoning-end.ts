import { Tokens } from "../tokens.ts";

/** What ends a block of reasoning. */
export class ReasoningEnd {
  readonly tokens: Tokens;
  /** Those that stay in the text. */
  readonly before: ReadonlySet<string>;

  constructor(close: readonly string[], before: readonly string[] = []) {
    this.tokens = new Tokens([...close, ...before]);
    this.before = new Set(before);
  }
}
