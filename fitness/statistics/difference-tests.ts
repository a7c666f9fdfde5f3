/**
 * Two tests on differences of scores, D = candidate − current in [−1, 1], one pair after the other.
 *
 * Each bet is fixed before its pair is seen, from what was known until then; every threshold holds at any
 * stopping time, and however wrong what was assumed.
 *
 * @see Waudby-Smith & Ramdas (2024), "Estimating means of bounded random variables by betting".
 */
import { Evidence } from "./evidence.ts";

interface Assumptions {
  /** The mean loss that is allowed, above 0 and below 1. */
  readonly delta: number;
  /** How often two plays of the same version differ; from 0 to 1. */
  readonly changeRate: number;
  /** How many plays of each side one difference is the mean of. @default 1 */
  readonly plays?: Plays | undefined;
}

/** Plays of one scenario that a score is the mean of. */
export type Plays = 1 | 2;

/** What is assumed of one difference, fixed before it is seen. */
export type Expected = Omit<Assumptions, "delta">;

/** At the very end of its range one lost pair would cost everything. */
const BOLDEST = 0.99;

/** Evidence against "the candidate is worse by δ or more": enough of it promotes. */
export class NoHarmEvidence extends Evidence {
  readonly #delta: number;

  /** @param delta the mean loss that is allowed, above 0 and below 1. */
  constructor(delta: number) {
    super();
    check({ delta, changeRate: 0 });
    this.#delta = delta;
  }

  /** @param expected from what was known before this difference was seen. */
  push(difference: number, expected: Expected): void {
    const stake = bestStake({ ...expected, delta: this.#delta });
    this.multiply(1 + stake * (checked(difference) + this.#delta));
  }
}

/** Evidence against "the candidate is not worse": enough of it rejects. */
export class HarmEvidence extends Evidence {
  readonly #delta: number;

  /** @param delta the mean loss that is bet on, above 0 and below 1. */
  constructor(delta: number) {
    super();
    check({ delta, changeRate: 0 });
    this.#delta = delta;
  }

  /** @param expected from what was known before this difference was seen. */
  push(difference: number, { changeRate, plays = 1 }: Expected): void {
    check({ delta: this.#delta, changeRate });
    const stake = this.#delta / (changeRate / plays + this.#delta);
    this.multiply(1 - stake * checked(difference));
  }
}

/** Stakes that were looked for, by the allowed loss; a rate is rounded, so there are few of them. */
const STAKES = new Map<number, Map<number, number>>();

/** Steps that a rate of change is rounded to. */
const RATES = 500;

/**
 * The stake with the fastest growth when the candidate is in truth as good: half of the plays that differ
 * won, half of them lost. The growth is concave in the stake, so a golden-section search finds it.
 */
function bestStake({ delta, changeRate, plays = 1 }: Assumptions): number {
  check({ delta, changeRate });
  const step = Math.round(changeRate * RATES);
  const stakes = STAKES.getOrInsertComputed(delta, () => new Map<number, number>());
  return stakes.getOrInsertComputed(2 * step + plays, () =>
    searchedStake(delta, differences(step / RATES, plays)),
  );
}

type Distribution = readonly (readonly [difference: number, probability: number])[];

function differences(rate: number, plays: Plays): Distribution {
  const one: Distribution = [
    [-1, rate / 2],
    [0, 1 - rate],
    [1, rate / 2],
  ];
  if (plays === 1) return one;
  return one.flatMap(([first, p]) =>
    one.map(([second, q]) => [(first + second) / 2, p * q] as const),
  );
}

function searchedStake(delta: number, distribution: Distribution): number {
  const growth = (stake: number): number =>
    distribution.reduce(
      (sum, [difference, probability]) =>
        sum + (probability === 0 ? 0 : probability * Math.log1p(stake * (difference + delta))),
      0,
    );
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [0, BOLDEST / (1 - delta)];
  for (let step = 0; step < 60; step += 1) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (growth(left) < growth(right)) low = left;
    else high = right;
  }
  return (low + high) / 2;
}

function check({ delta, changeRate }: Pick<Assumptions, "delta" | "changeRate">): void {
  if (!(delta > 0 && delta < 1)) throw new RangeError(`An allowed loss of ${delta} is none`);
  if (!(changeRate >= 0 && changeRate <= 1)) throw new RangeError(`No rate: ${changeRate}`);
}

function checked(difference: number): number {
  if (difference >= -1 && difference <= 1) return difference;
  throw new RangeError(`A difference of scores lies between -1 and 1, not at ${difference}`);
}
