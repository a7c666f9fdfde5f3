/**
 * Waits for `work` at most `limitMs` milliseconds; it is not ended by that, and what becomes of it later is of no
 * interest.
 *
 * @throws what `failure` makes, after that time.
 */
export async function bounded<T>(
  work: PromiseLike<T>,
  limitMs: number,
  failure: () => Error,
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(failure()), limitMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
