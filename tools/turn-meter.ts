import type { ToolCall } from "#core/calls.ts";
import { canonicalJson } from "#core/canonical-json.ts";
import type { Usage } from "#core/events.ts";

/** How long a turn may go on. */
export interface TurnLimits {
  /** Completions of one turn, each of which may call tools. */
  readonly rounds: number;
  /** Tool calls of one turn. */
  readonly calls: number;
  /** Tokens of one turn, prompts included, as the provider counts them. */
  readonly tokens: number;
  /** Wall-clock time of one turn in milliseconds; checked between completions and calls. */
  readonly wallMs: number;
}

export const TURN_LIMITS: TurnLimits = {
  rounds: 15,
  calls: 64,
  tokens: 1_000_000,
  wallMs: 60 * 60 * 1000,
};

/** How often the same call runs; the next one is answered without running, the one after ends the turn. */
const SAME_CALL_RUNS = 2;

/** Counts what one turn uses, and says when it is too much. */
export class TurnMeter {
  readonly #limits: TurnLimits;
  readonly #now: () => number;
  readonly #start: number;
  readonly #seen = new Map<string, number>();
  #rounds = 0;
  #calls = 0;
  #usage: Usage | undefined;
  #windowUse: number | undefined;

  constructor(limits: TurnLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
    this.#start = now();
  }

  /** Tokens so far, where the provider counted them. */
  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** Tokens in the window behind the last completion, where the provider counted them. */
  get windowUse(): number | undefined {
    return this.#windowUse;
  }

  /** Counts a finished completion. */
  count(usage: Usage | undefined): void {
    this.#rounds += 1;
    if (usage === undefined) return;
    this.#windowUse = usage.promptTokens + usage.completionTokens;
    const before = this.#usage ?? { promptTokens: 0, completionTokens: 0 };
    this.#usage = {
      promptTokens: before.promptTokens + usage.promptTokens,
      completionTokens: before.completionTokens + usage.completionTokens,
    };
  }

  /** The limit that forbids another completion, in words; `undefined` while there is none. */
  exceeded(): string | undefined {
    const { rounds } = this.#limits;
    return this.#rounds >= rounds ? `stopped after ${rounds} rounds of tool calls` : this.spent();
  }

  /** The limit that forbids another call of the same completion, in words. */
  spent(): string | undefined {
    const { calls, tokens, wallMs } = this.#limits;
    if (this.#calls >= calls) return `stopped after ${calls} tool calls`;
    const used = (this.#usage?.promptTokens ?? 0) + (this.#usage?.completionTokens ?? 0);
    if (used >= tokens) return `stopped after ${used} of ${tokens} tokens`;
    const elapsed = this.#now() - this.#start;
    return elapsed < wallMs ? undefined : `stopped after ${Math.round(elapsed / 1000)} s`;
  }

  /**
   * What to do with a call: run it, refuse it because it was made with the same arguments twice
   * already, or end the turn because a refusal did not help either.
   */
  judge(call: ToolCall): "run" | "refuse" | "end" {
    this.#calls += 1;
    const key = `${call.name} ${canonicalJson(call.arguments)}`;
    const times = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, times);
    if (times <= SAME_CALL_RUNS) return "run";
    return times === SAME_CALL_RUNS + 1 ? "refuse" : "end";
  }
}
