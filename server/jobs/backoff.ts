const BASE_MS = 1000;
const LONGEST_MS = 5 * 60_000;

/**
 * Milliseconds until the next attempt: exponential, bounded, and with full jitter, so that those that
 * failed together do not come back together.
 *
 * @param attempt the one that failed, counted from 1.
 * @param random from 0 to 1.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(LONGEST_MS, BASE_MS * 2 ** (attempt - 1)));
}
