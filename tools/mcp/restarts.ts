/** The wait after a second failure, doubled after each; so many failures in a window, and no more is started in it. */
const RETRY = { firstMs: 1000, most: 5, windowMs: 600_000 } as const;

/** When a server that failed may be started again. Times are milliseconds of a clock that never goes back. */
export class Restarts {
  readonly #now: () => number;
  #failures: number[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  failed(): void {
    this.#failures.push(this.#now());
  }

  forget(): void {
    this.#failures = [];
  }

  /** @returns how long to wait, in milliseconds, or why it is not started again for now; one clause. */
  wait(): number | string {
    const now = this.#now();
    this.#failures = this.#failures.filter((at) => now - at < RETRY.windowMs);
    const { length: count } = this.#failures;
    const [first, last] = [this.#failures.at(0), this.#failures.at(-1)];
    if (first !== undefined && count >= RETRY.most) {
      const minutes = Math.ceil((first + RETRY.windowMs - now) / 60_000);
      return `it ended ${count} times within ten minutes, and is not started again for ${minutes} min`;
    }
    // One end is an accident: the next call works.
    if (last === undefined || count === 1) return 0;
    return Math.max(0, last + RETRY.firstMs * 2 ** (count - 2) - now);
  }
}
