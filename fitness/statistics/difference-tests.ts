/**
 * Two tests on differences of scores, D = candidate − current in [−1, 1], one pair after the other.
 *
 * The bets are fixed before the first pair is seen; every threshold holds at any stopping time.
 *
 * @see Waudby-Smith & Ramdas (2024), "Estimating means of bounded random variables by betting".
 */
import { Evidence } from "./evidence.ts";

export interface Assumptions {
  /** The mean loss that is allowed, above 0 and below 1. */
  readonly delta: number;
  /** How often two runs of the same version differ, measured; from 0 to 1. */
  readonly changeRate: number;
}

/** At the very end of its range one lost pair would cost everything. */
const BOLDEST = 0.99;

/** Evidence against "the candidate is worse by δ or more": enough of it promotes. */
export class NoHarmEvidence extends Evidence {
  readonly #delta: number;
  readonly #stake: number;

  constructor({ delta, changeRate }: Assumptions) {
    super();
    check({ delta, changeRate });
    this.#delta = delta;
    this.#stake = bestStake({ delta, changeRate });
  }

  push(difference: number): void {
    this.multiply(1 + this.#stake * (checked(difference) + this.#delta));
  }
}

/** Evidence against "the candidate is not worse": enough of it rejects. */
export class HarmEvidence extends Evidence {
  readonly #stake: number;

  constructor({ delta, changeRate }: Assumptions) {
    super();
    check({ delta, changeRate });
    this.#stake = delta / (changeRate + delta);
  }

  push(difference: number): void {
    this.multiply(1 - this.#stake * checked(difference));
  }
}

/**
 * The stake with the fastest growth when the candidate is in truth as good: half of the pairs that differ
 * won, half of them lost. The growth is concave in the stake, so a golden-section search finds it.
 */
function bestStake({ delta, changeRate }: Assumptions): number {
  const growth = (stake: number): number =>
    (1 - changeRate) * Math.log1p(stake * delta) +
    (changeRate / 2) * (Math.log1p(stake * (1 + delta)) + Math.log1p(-stake * (1 - delta)));
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [0, BOLDEST / (1 - delta)];
  for (let step = 0; step < 60; step += 1) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (growth(left) < growth(right)) low = left;
    else high = right;
  }
  return (low + high) / 2;
}

function check({ delta, changeRate }: Assumptions): void {
  if (!(delta > 0 && delta < 1)) throw new RangeError(`An allowed loss of ${delta} is none`);
  if (!(changeRate >= 0 && changeRate <= 1)) throw new RangeError(`No rate: ${changeRate}`);
}

function checked(difference: number): number {
  if (difference >= -1 && difference <= 1) return difference;
  throw new RangeError(`A difference of scores lies between -1 and 1, not at ${difference}`);
}
