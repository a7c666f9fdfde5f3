import { requestTokens } from "./context.ts";
import type { ChatRequest } from "./provider.ts";
import type { WindowNumbers } from "./provider-error.ts";

/** Share of the window that is kept free for the answer. */
const ANSWER_SHARE = 0.25;
/** More than this is never reserved for the answer, in tokens. */
const MOST_RESERVED = 4096;

/** So much of a prompt that did not fit is sent at most the next time. */
const NARROWER = 0.7;

/** How much of a window prompts may take, learnt from what the server says of those that did not fit. */
export class PromptBudget {
  windowTokens: number;
  /** Tokens of the server for one that we estimate, as far as it has turned out to be more than one. */
  #perEstimate = 1;

  constructor(windowTokens: number) {
    this.windowTokens = windowTokens;
  }

  /** So that an answer fits behind it, in tokens as we estimate them. */
  get promptTokens(): number {
    const reserve = Math.min(MOST_RESERVED, Math.floor(this.windowTokens * ANSWER_SHARE));
    return Math.floor((this.windowTokens - reserve) / this.#perEstimate);
  }

  /** Takes note of a request that did not fit: from now on there is less. */
  narrow(refused: ChatRequest, { sent, window }: WindowNumbers): void {
    const estimated = requestTokens(refused);
    this.windowTokens = Math.min(this.windowTokens, window ?? this.windowTokens);
    this.#perEstimate = Math.max(this.#perEstimate, (sent ?? estimated) / estimated);
    // A server that gives no figures, or some that do not explain it, is sent clearly less.
    const most = Math.max(1, Math.floor(estimated * NARROWER));
    if (this.promptTokens > most) this.#perEstimate *= this.promptTokens / most;
  }
}
