import { plusUsage } from "#core/budget.ts";
import type { ToolCall, ToolResult } from "#core/calls.ts";
import { canonicalJson } from "#core/canonical-json.ts";
import type { ContextUse, Usage } from "#core/events.ts";

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
/** So often the same failure comes, or so many failures one after the other, before a model is to answer with what it has. */
const SAME_FAILURES = 3;
const FAILURES = 5;

/** What a model reads instead of the result of a call that it repeats. */
export const REPEATED =
  "Not run: you made this very call twice already and have its result. Use that result, change the arguments, or answer without calling.";
/** The same in fewer words, after a single run. */
export const DONE_BEFORE =
  "Not run: you did exactly this before, and its result is above. Do something else, or answer.";
const SAME_FAILURE = "\nThis failed in the same way before. Do something else.";

/** Counts what one turn uses, and says when it is too much. */
export class TurnMeter {
  readonly #limits: TurnLimits;
  readonly #now: () => number;
  readonly #start: number;
  readonly #countsByCall = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  #rounds = 0;
  #calls = 0;
  #usage: Usage | undefined;
  #windowUse: Omit<ContextUse, "window"> | undefined;

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
  get windowUse(): Omit<ContextUse, "window"> | undefined {
    return this.#windowUse;
  }

  /** Counts a finished completion. */
  count(usage: Usage | undefined): void {
    this.#rounds += 1;
    if (usage === undefined) return;
    this.#windowUse = {
      tokens: usage.promptTokens + usage.completionTokens,
      cached: usage.cachedTokens,
    };
    this.#usage = plusUsage(this.#usage, usage);
  }

  /** The limit that forbids another completion, in words; `undefined` while there is none. */
  exceeded(): string | undefined {
    const { rounds } = this.#limits;
    return this.#rounds >= rounds ? `stopped after ${rounds} rounds of tool calls` : this.spent();
  }

  /** The next completion is the last one. */
  get isLastRound(): boolean {
    return this.#rounds === this.#limits.rounds - 1;
  }

  /** No completion follows the next one, or none at all. */
  get isEnding(): boolean {
    return this.isLastRound || this.exceeded() !== undefined;
  }

  /**
   * Takes note of how a call ended. What did what it was asked for settles the failures before it; those are told apart by
   * the last line of what they printed.
   *
   * @returns what the model reads behind the result.
   */
  hintAfter({ ok, output }: Pick<ToolResult, "ok" | "output">): string {
    if (ok) {
      this.#failures.clear();
      return "";
    }
    const key =
      output
        .trimEnd()
        .split("\n")
        .findLast((line) => !/^\[.*\]$/.test(line)) ?? "";
    const times = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, times);
    return times > 1 ? SAME_FAILURE : "";
  }

  /** The last call failed, or was not run because it was made before. */
  get hasFailed(): boolean {
    return this.#failures.size > 0;
  }

  /** The model goes round in circles: it had the same failure again and again. */
  get isStuck(): boolean {
    const times = [...this.#failures.values()];
    const all = times.reduce((sum, one) => sum + one, 0);
    return all >= FAILURES || times.some((one) => one >= SAME_FAILURES);
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

  /** Takes note of a call that may have changed what others find: each of them may be made anew, but not the same one. */
  changed(call: ToolCall): void {
    const key = keyOf(call);
    const times = this.#countsByCall.get(key);
    this.#countsByCall.clear();
    if (times !== undefined) this.#countsByCall.set(key, times);
  }

  /**
   * What to do with a call: run it, refuse it because it was made with the same arguments twice
   * already, or end the turn because a refusal did not help either.
   *
   * @param runs how often the same call runs.
   */
  judge(call: ToolCall, runs: number = SAME_CALL_RUNS): "run" | "refuse" | "end" {
    this.#calls += 1;
    const key = keyOf(call);
    const times = (this.#countsByCall.get(key) ?? 0) + 1;
    this.#countsByCall.set(key, times);
    if (times <= runs) return "run";
    return times === runs + 1 ? "refuse" : "end";
  }
}

function keyOf({ name, arguments: args }: ToolCall): string {
  return `${name} ${canonicalJson(args)}`;
}
