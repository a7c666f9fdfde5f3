/** Evidence against a hypothesis, gathered one observation at a time and judged at any moment. */

/**
 * The wealth of a gambler who bets against the hypothesis and cannot win in the long run while it is
 * true. By Ville's inequality the wealth ever reaches 1/α with a probability of at most α, whenever one
 * stops; so the peak counts, not the last value.
 *
 * @see Ramdas, Grünwald, Vovk & Shafer (2023), "Game-theoretic statistics and safe anytime-valid inference".
 */
export class Evidence {
  // In logarithms: after some thousand observations the product itself leaves the range of doubles.
  #log = 0;
  #peak = 0;

  /** @param factor what one unit of wealth became; at least 0, expected at most 1 under the hypothesis. */
  multiply(factor: number): void {
    if (!(factor >= 0)) throw new RangeError(`A bet cannot pay ${factor}`);
    this.#log += Math.log(factor);
    this.#peak = Math.max(this.#peak, this.#log);
  }

  /** Wealth now, from 0; 1 at the start. */
  get value(): number {
    return Math.exp(this.#log);
  }

  /** The most that it ever was. */
  get peak(): number {
    return Math.exp(this.#peak);
  }

  /** Whether the hypothesis is rejected at this level. */
  refutes(alpha: number): boolean {
    return this.#peak >= -Math.log(alpha);
  }
}

/**
 * The level of the nth attempt at the same thing: 6α/(π²n²). All attempts together stay below α, however
 * many there are, so that trying again and again does not help.
 *
 * @param attempt from 1.
 */
export function levelOfAttempt(alpha: number, attempt: number): number {
  if (!Number.isSafeInteger(attempt) || attempt < 1) {
    throw new RangeError(`There is no attempt ${attempt}`);
  }
  return (6 * alpha) / (Math.PI * attempt) ** 2;
}
