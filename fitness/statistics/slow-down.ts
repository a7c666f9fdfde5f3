/** Whether a candidate needs more of something than it may, from pairs of measurements. */
import { RateAlarm } from "./rate-alarm.ts";

export interface CostPair {
  /** CPU seconds, bytes or tokens; of the same scenario, measured one right after the other. */
  readonly candidate: number;
  readonly current: number;
}

export interface CostState {
  readonly pairs: number;
  /** Median of candidate / current. */
  readonly ratio: number;
  /** Evidence now that it costs more than allowed: an e-value, 1 before the first pair. */
  readonly evidence: number;
  /** Shown to cost more than allowed: the evidence was 1/α once. */
  readonly exceeded: boolean;
  /** Whether more pairs may still show that. */
  readonly isOpen: boolean;
}

/** Eight pairs in a row above the limit are an alarm; after so many without one there is none, or it is near. */
const PAIRS = 16;
/** On a busy machine what is twice as slow is below the limit now and then: as long as the median says so much. */
const NEAR = { ratio: 1.3, pairs: 64 } as const;

/**
 * A sign test that may be looked at after every pair: while at most half of the pairs are above the
 * limit, the median is not, and an alarm comes with a probability of at most α. Signs, since one pair on a
 * busy machine can be off by any factor.
 */
export class CostTest {
  readonly #limit: number;
  readonly #alarm: RateAlarm;
  readonly #ratios: number[] = [];

  /** @param limit highest median ratio that is allowed, for example 1.10. */
  constructor(limit: number, alpha: number) {
    this.#limit = limit;
    this.#alarm = new RateAlarm(0.5, alpha);
  }

  push({ candidate, current }: CostPair): CostState {
    // Both nothing: no difference.
    const ratio = candidate === current ? 1 : candidate / current;
    this.#ratios.push(ratio);
    this.#alarm.push(ratio > this.#limit);
    return this.state;
  }

  get state(): CostState {
    const pairs = this.#ratios.length;
    const ratio = median(this.#ratios);
    const exceeded = this.#alarm.alarmed;
    const isNear = ratio >= NEAR.ratio && pairs < NEAR.pairs;
    return {
      ...{ pairs, ratio, exceeded, evidence: this.#alarm.evidence },
      isOpen: !exceeded && (pairs < PAIRS || isNear),
    };
  }
}

/** The one in the middle, or the mean of both; of none 1. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return 1;
  const sorted = values.toSorted((a, b) => a - b);
  const [low = 1, high = 1] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ];
  return (low + high) / 2;
}
