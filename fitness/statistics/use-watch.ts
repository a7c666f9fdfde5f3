/** Watches how promoted tools fare in use, and says when the newest promotion should be taken back. */
import { RateAlarm } from "./rate-alarm.ts";
import { RewardWatch } from "./reward.ts";

/** Part of the calls of a new tool that may break down, and the rate of false alarms over any length of watching. */
const ALLOWED_BREAKDOWNS = 0.03;
const ALPHA = 0.01;

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
  /** Tag of the promotion to take back; absent when there is none to blame. */
  readonly rollBack?: string | undefined;
}

/**
 * Two looks at the same uses. Those of the tools of the newest promotion: do more break down than may? And those of
 * all tools, in windows: has a window become worse than the one before? A promotion is blamed once, and the
 * next alarm needs a next promotion.
 */
export class UseWatch {
  readonly #reward: RewardWatch = new RewardWatch();
  #newest: WatchedPromotion | undefined;
  #failures: RateAlarm | undefined;

  /** A promotion went live. The windows go on: what it made worse shows against what was before. */
  promoted(promotion: WatchedPromotion): void {
    this.#newest = promotion;
    this.#failures = new RateAlarm(ALLOWED_BREAKDOWNS, ALPHA);
  }

  /** A promotion was taken back, by whomever. */
  rolledBack(): void {
    this.#reward.restart();
    this.#newest = undefined;
    this.#failures = undefined;
  }

  /** @returns an alarm when this use raises one. */
  push({ tool, ok, brokeDown }: WatchedUse): WatchAlarm | undefined {
    const fallen = this.#reward.push(ok ? 1 : 0);
    const isNew = this.#newest?.tools.includes(tool) === true;
    const alarmed = isNew && this.#failures?.push(brokeDown) === true;
    if (alarmed)
      return this.#alarm(
        `${tool} breaks down in more than ${ALLOWED_BREAKDOWNS * 100} % of its calls`,
      );
    if (fallen === undefined) return undefined;
    const part = (fallen.fall * 100).toFixed(1);
    return this.#alarm(
      `tools did ${part} % worse than before: ${fallen.after} of the calls are good, it was ${fallen.before}`,
    );
  }

  #alarm(why: string): WatchAlarm {
    const rollBack = this.#newest?.tag;
    this.rolledBack();
    return { why, rollBack };
  }
}
