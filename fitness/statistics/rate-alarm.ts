/** Watches how often something fails, and tells when it is more than it may be. */
import { Evidence } from "./evidence.ts";

/** Rates that the alternative is spread over, on a scale of odds. */
const ALTERNATIVES = 24;

/**
 * Evidence against "it fails with a rate of at most `allowed`", observation by observation.
 *
 * A mixture of likelihood ratios against rates above the allowed one: whichever is true, the one next to
 * it grows at nearly the best speed.
 *
 * @see Robbins (1970), "Statistical methods related to the law of the iterated logarithm".
 */
export class RateAlarm {
  readonly #alpha: number;
  readonly #bets: readonly {
    readonly evidence: Evidence;
    readonly win: number;
    readonly lose: number;
  }[];
  #value = 1;
  #peak = 1;

  /** @param alpha highest rate of false alarms, over any length of watching. */
  constructor(allowed: number, alpha: number) {
    if (!(allowed > 0 && allowed < 1)) throw new RangeError(`No rate to allow: ${allowed}`);
    this.#alpha = alpha;
    this.#bets = Array.from({ length: ALTERNATIVES }, (_, index) => {
      const rate = alternative(allowed, index);
      return { evidence: new Evidence(), win: rate / allowed, lose: (1 - rate) / (1 - allowed) };
    });
  }

  /** @returns whether it is an alarm; once it is, it stays one. */
  push(failed: boolean): boolean {
    for (const { evidence, win, lose } of this.#bets) evidence.multiply(failed ? win : lose);
    const sum = this.#bets.reduce((total, { evidence }) => total + evidence.value, 0);
    this.#value = sum / ALTERNATIVES;
    this.#peak = Math.max(this.#peak, this.#value);
    return this.alarmed;
  }

  get alarmed(): boolean {
    return this.#peak >= 1 / this.#alpha;
  }

  /** The evidence now; an alarm as soon as it was once 1/α. */
  get evidence(): number {
    return this.#value;
  }
}

// Evenly spaced odds, from a little above the allowed rate to nearly certain failure.
function alternative(allowed: number, index: number): number {
  const logit = (rate: number): number => Math.log(rate / (1 - rate));
  const [low, high] = [logit(allowed) + 0.25, Math.max(logit(allowed) + 1, logit(0.99))];
  return 1 / (1 + Math.exp(-(low + ((high - low) * index) / (ALTERNATIVES - 1))));
}
