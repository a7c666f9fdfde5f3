/** Watches how promoted tools fare in use, and says when the newest promotion should be reverted. */
import { RateAlarm } from "./rate-alarm.ts";

/** Part of the calls of a new tool that may break down, and the rate of false alarms over any length of watching. */
const ALLOWED_BREAKDOWNS = 0.03;
const ALPHA = 0.01;
/** Part of the calls that went well before which must still go well with a promotion. */
const MIN_RETAINED = 0.95;
/** How many of the last calls say how it was before, and how few say nothing. */
const BEFORE_USES = 400;
const ENOUGH_USES = 50;

export interface WatchedPromotion {
  /** Name of its tag. */
  readonly tag: string;
  /** The tools that it brought or changed. */
  readonly tools: readonly string[];
}

export interface WatchedUse {
  readonly tool: string;
  readonly ok: boolean;
  /** Its program gave nothing that could be believed; a failure that its contract names is none. */
  readonly brokeDown: boolean;
}

export interface WatchAlarm {
  /** For a person, with the numbers. */
  readonly why: string;
  /** Tag of the promotion to revert; absent when there is none to blame. */
  readonly rollBack?: string | undefined;
}

/**
 * Two looks at the same uses. Those of the tools of the newest promotion: do more break down than may? And those of
 * all tools: do more break down than before it? Both gather evidence use by use, so nothing depends on where a
 * window begins. A failure that a contract names is an answer. A promotion is blamed once; one that changes no tool
 * is blamed for nothing.
 */
export class UseWatch {
  readonly #recent: boolean[] = [];
  #newest: WatchedPromotion | undefined;
  #failures: RateAlarm | undefined;
  #all: Comparison | undefined;

  /** A promotion went live: what it made worse shows against what was before. */
  promoted(promotion: WatchedPromotion): void {
    if (promotion.tools.length === 0) return;
    this.#newest = promotion;
    this.#failures = new RateAlarm(ALLOWED_BREAKDOWNS, ALPHA);
    this.#all = comparisonWith(this.#recent);
  }

  /** A promotion was reverted, by a person or by the watch. */
  rolledBack(): void {
    this.#newest = undefined;
    this.#failures = undefined;
    this.#all = undefined;
  }

  /** @returns an alarm when this use raises one. */
  push({ tool, brokeDown }: WatchedUse): WatchAlarm | undefined {
    const isNew = this.#newest?.tools.includes(tool) === true;
    const isFailing = isNew && this.#failures?.push(brokeDown) === true;
    const isWorse = this.#isWorse(brokeDown);
    this.#recent.push(!brokeDown);
    if (this.#recent.length > BEFORE_USES) this.#recent.shift();
    if (isFailing) {
      return this.#alarm(
        `${tool} breaks down in more than ${ALLOWED_BREAKDOWNS * 100} % of its calls`,
      );
    }
    if (!isWorse || this.#all === undefined) return undefined;
    const { uses, good, before } = this.#all;
    return this.#alarm(
      `tools do worse than before: ${good} of ${uses} calls were good, it was ${(before * 100).toFixed(1)} %`,
    );
  }

  #isWorse(brokeDown: boolean): boolean {
    if (this.#all === undefined) return false;
    this.#all.uses += 1;
    this.#all.good += Number(!brokeDown);
    return this.#all.alarm.push(brokeDown);
  }

  #alarm(why: string): WatchAlarm {
    const rollBack = this.#newest?.tag;
    this.rolledBack();
    return { why, rollBack };
  }
}

interface Comparison {
  readonly alarm: RateAlarm;
  /** Part of the calls that were good before, from 0 to 1. */
  readonly before: number;
  uses: number;
  good: number;
}

/** Nothing where too little was used before to compare with. */
function comparisonWith(recent: readonly boolean[]): Comparison | undefined {
  const uses = recent.length;
  if (uses < ENOUGH_USES) return undefined;
  const before = recent.filter(Boolean).length / uses;
  // What was seen by luck is not a promise: one standard error less is what counts.
  const sure = before - Math.sqrt((before * (1 - before)) / uses);
  const allowed = 1 - MIN_RETAINED * sure;
  return allowed < 1
    ? { alarm: new RateAlarm(allowed, ALPHA), before, uses: 0, good: 0 }
    : undefined;
}
