/** An engine that is started with less after the kernel has ended it for want of memory. */
import { OrgError } from "#core/errors.ts";
import { type Owned, Restarts, type Runs } from "./restarts.ts";

/** With less than this no conversation can be held. */
const LEAST_TOKENS = 1024;

/** `off`: it is not started any more while this process lives. */
export type ShrunkEngine = "halved" | "off";

export class SizedEngine<Process extends Runs> implements AsyncDisposable {
  readonly engines: Restarts<Process>;
  #contextTokens: number;
  #state: "whole" | ShrunkEngine = "whole";

  /** @param start starts one for so many tokens of a conversation. */
  constructor(
    contextTokens: number,
    start: (contextTokens: number, signal: AbortSignal) => Promise<Owned<Process>>,
  ) {
    this.#contextTokens = contextTokens;
    this.engines = new Restarts(async (signal) => {
      if (this.#state === "off") throw engineOff();
      return await start(this.#contextTokens, signal);
    });
  }

  /** Once to half of it, never below 1,024 tokens; then it stays off. What runs is ended. */
  async shrink(): Promise<ShrunkEngine> {
    const half = Math.max(LEAST_TOKENS, Math.floor(this.#contextTokens / 2));
    const isSmaller = this.#state === "whole" && half < this.#contextTokens;
    this.#state = isSmaller ? "halved" : "off";
    this.#contextTokens = half;
    await this.engines.renew();
    return this.#state;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engines[Symbol.asyncDispose]();
  }
}

function engineOff(): OrgError {
  return new OrgError("The built-in engine is off", {
    code: "ENGINE_FAILED",
    why: "the kernel killed it because memory ran out, even with half of its context",
    remedies: [
      "free -m   # end the program that uses the memory, then org restart",
      "ORG_ENGINE_MODEL=chat org engine install   # the smaller model",
      "ollama serve",
    ],
    unchanged: "Nothing was sent. The room stays open.",
  });
}
