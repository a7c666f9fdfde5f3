/** Limits of time on machines of any speed: one must be met, and what it leaves room for must happen before. */

/** The first is enough on a quiet machine. */
const LIMITS_MS = [100, 400, 1600, 6400, 25_600] as const;

/**
 * Tries with an ever longer limit until all that it leaves room for has happened. What is broken is
 * broken with each of them, so nothing wrong passes; a slow machine costs time alone.
 *
 * @param attempt gets the limit in milliseconds.
 * @returns the first result that fits, else the last one.
 */
export async function withMoreTime<Result>(
  attempt: (limitMs: number) => Promise<Result>,
  fits: (result: Result) => boolean,
): Promise<Result> {
  const [first, ...longer] = LIMITS_MS;
  let result = await attempt(first);
  for (const limitMs of longer) {
    if (fits(result)) break;
    result = await attempt(limitMs);
  }
  return result;
}
