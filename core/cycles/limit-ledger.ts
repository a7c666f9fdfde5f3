/** Reserves what a run of cycles spends before it is spent, so that no limit is ever exceeded. */
import { type Amount, amountOf, type Price } from "../budget.ts";
import type { Usage } from "../events.ts";
import type { GoalEnd, Spent } from "../goal-step.ts";
import { type Limits, NOTHING_SPENT } from "./limits.ts";

export interface LimitLedgerOptions {
  readonly limits: Limits;
  /** Of the process before this one. @default nothing */
  readonly spent?: Spent | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
}

/** Put aside for one question to a model. */
export interface CallReservation {
  /** Longest answer in tokens that fits. */
  readonly maxTokens: number;
  /**
   * Books what it took instead; later calls do nothing. What a server says below our own count is not believed, and of
   * what it says above the reservation no more than what remains: then nothing remains.
   */
  settle(counted: Usage, claimed?: Usage): void;
}

/** A limit does not allow the next step. */
export class LimitReached extends Error {
  override readonly name = "LimitReached";
  readonly end: GoalEnd;
  constructor(end: GoalEnd) {
    super(`The limit of ${end} is reached`);
    this.end = end;
  }
}

/** A shorter answer holds no action, in tokens. */
const SHORTEST_ANSWER = 16;

export class LimitLedger {
  readonly #limits: Limits;
  readonly #nowMs: () => number;
  readonly #beganMs: number;
  readonly #spent: { -readonly [Name in Exclude<keyof Spent, "ms">]: number };

  constructor({ limits, spent = NOTHING_SPENT, nowMs }: LimitLedgerOptions) {
    const { ms, ...rest } = spent;
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#beganMs = nowMs() - ms;
    this.#spent = { ...rest };
  }

  get spent(): Spent {
    return { ...this.#spent, ms: this.#nowMs() - this.#beganMs };
  }

  /** How long the work may go on, in milliseconds; 0 or less: no longer. */
  get remainingMs(): number {
    return this.#limits.seconds * 1000 - this.spent.ms;
  }

  /** @throws {LimitReached} `time`, `cycles` */
  beginCycle(): void {
    this.#one("cycles");
  }

  /** For one call of a tool. @throws {LimitReached} `time`, `actions` */
  beginAction(): void {
    this.#one("actions");
  }

  /**
   * For one question to a model.
   *
   * @param estimate the prompt as it is estimated, and the longest answer that is of use.
   * @param price of the model; without one it costs no money.
   * @throws {LimitReached} `time`, `calls`, `tokens`, `money`
   */
  beginCall(estimate: Usage, price?: Price): CallReservation {
    const { promptTokens } = estimate;
    this.#requireTime();
    this.#require("calls");
    const byTokens = this.#limits.tokens - this.#spent.tokens - promptTokens;
    if (byTokens < Math.min(SHORTEST_ANSWER, estimate.completionTokens))
      throw new LimitReached("tokens");
    const byMoney = answerFor(this.#leftMicros, promptTokens, price);
    if (byMoney < Math.min(SHORTEST_ANSWER, estimate.completionTokens))
      throw new LimitReached("money");
    const maxTokens = Math.min(estimate.completionTokens, byTokens, byMoney);
    this.#spent.calls += 1;
    const reserved = amountOf({ promptTokens, completionTokens: maxTokens }, price);
    this.#book(reserved, 1);
    let isOpen = true;
    const settle = (counted: Usage, claimed: Usage = counted): void => {
      if (!isOpen) return;
      isOpen = false;
      this.#book(reserved, -1);
      this.#book(this.#capped(amountOf(larger(counted, claimed), price)), 1);
    };
    return { maxTokens, settle };
  }

  get #leftMicros(): number {
    return Math.floor(this.#limits.money * 1_000_000) - this.#spent.micros;
  }

  #capped({ tokens, micros }: Amount): Amount {
    return {
      tokens: Math.min(tokens, this.#limits.tokens - this.#spent.tokens),
      micros: Math.min(micros, this.#leftMicros),
    };
  }

  #book({ tokens, micros }: Amount, sign: 1 | -1): void {
    this.#spent.tokens += sign * tokens;
    this.#spent.micros += sign * micros;
  }

  #one(name: "cycles" | "actions"): void {
    this.#requireTime();
    this.#require(name);
    this.#spent[name] += 1;
  }

  #require(name: "cycles" | "actions" | "calls"): void {
    if (this.#spent[name] + 1 > this.#limits[name]) throw new LimitReached(name);
  }

  #requireTime(): void {
    if (this.remainingMs <= 0) throw new LimitReached("time");
  }
}

/** The longest answer that the money pays for behind a prompt, in tokens; below 0: not even the prompt. */
function answerFor(micros: number, promptTokens: number, price: Price | undefined): number {
  if (price === undefined || !Number.isFinite(micros)) return Number.POSITIVE_INFINITY;
  const remaining = micros - promptTokens * price.input;
  if (remaining < 0) return -1;
  return price.output === 0 ? Number.POSITIVE_INFINITY : Math.floor(remaining / price.output);
}

function larger(counted: Usage, claimed: Usage): Usage {
  return {
    promptTokens: Math.max(counted.promptTokens, whole(claimed.promptTokens)),
    completionTokens: Math.max(counted.completionTokens, whole(claimed.completionTokens)),
  };
}

/** What a server says may be any number. */
function whole(count: number): number {
  return Number.isFinite(count) ? Math.ceil(count) : 0;
}
