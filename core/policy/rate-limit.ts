import { globMatches } from "./glob.ts";

/** A bucket of tokens that fills up again at an even pace: bursts up to its size, no more on average. */
export class TokenBucket {
  readonly #perMinute: number;
  readonly #now: () => number;
  /** In parts of a token, {@link MINUTE_MS} each: whole numbers do not drift. */
  #level: number;
  #filledAt: number;

  /**
   * @param perMinute size of the bucket, and how much flows in within a minute; at least 1.
   * @param now milliseconds of a clock that never goes back.
   */
  constructor(perMinute: number, now: () => number = () => performance.now()) {
    if (!(perMinute >= 1)) throw new RangeError(`${perMinute} a minute is below 1`);
    this.#perMinute = perMinute;
    this.#now = now;
    this.#level = perMinute * MINUTE_MS;
    this.#filledAt = now();
  }

  /** Takes one token. @returns 0, or in how many milliseconds there will be one; then none was used. */
  take(): number {
    const now = this.#now();
    const flowed = Math.max(0, now - this.#filledAt) * this.#perMinute;
    this.#level = Math.min(this.#perMinute * MINUTE_MS, this.#level + flowed);
    this.#filledAt = now;
    if (this.#level >= MINUTE_MS) {
      this.#level -= MINUTE_MS;
      return 0;
    }
    return Math.ceil((MINUTE_MS - this.#level) / this.#perMinute);
  }
}

const MINUTE_MS = 60_000;

/** How often tools may be called, by the patterns of their names; counted for this process or for several machines. */
export interface Rates {
  /** Counts a call. @returns 0, or in how many milliseconds it may be made. */
  take(tool: string): Promise<number>;
}

/** Buckets in the memory of this process. */
export class RateLimits implements Rates {
  readonly #buckets: ReadonlyMap<string, TokenBucket>;

  /** @param perMinute calls a minute by glob; every pattern that fits a tool counts its calls. */
  constructor(perMinute: Readonly<Record<string, number>>, now?: () => number) {
    this.#buckets = new Map(
      Object.entries(perMinute).map(([pattern, rate]) => [pattern, new TokenBucket(rate, now)]),
    );
  }

  async take(tool: string): Promise<number> {
    const waits = [...this.#buckets]
      .filter(([pattern]) => globMatches(pattern, tool))
      .map(([, bucket]) => bucket.take());
    return Math.max(0, ...waits);
  }
}
