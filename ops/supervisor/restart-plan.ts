/** How often a role may be started again, and when: a process that ends at once must not be started for ever. */

/** More ends than this within {@link WINDOW_MS} are a loop. */
export const MOST_ENDS = 3;
export const WINDOW_MS: number = 10 * 60_000;
/** The first restart of a role comes at once, the second after this, each further one after twice as long. */
const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 300_000;

export type RestartPlan =
  | { readonly kind: "restart"; readonly notBefore: number }
  /** Another restart would change nothing. */
  | { readonly kind: "loop" };

/**
 * What to do about a role that has ended.
 *
 * @param ends when it ended, oldest first, on any clock that only goes forward; those before a rest of ten minutes
 *   count no more.
 */
export function restartPlan(ends: readonly number[], now: number): RestartPlan {
  const recent = ends.filter((at) => now - at < WINDOW_MS);
  if (recent.length > MOST_ENDS) return { kind: "loop" };
  const streak = streakOf(ends, now);
  const last = streak.at(-1);
  if (last === undefined || streak.length === 1) return { kind: "restart", notBefore: now };
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (streak.length - 2));
  return { kind: "restart", notBefore: last + delay };
}

/** The ends since it was last well for as long as the window. */
function streakOf(ends: readonly number[], now: number): readonly number[] {
  const streak: number[] = [];
  let after = now;
  for (const at of ends.toReversed()) {
    if (after - at >= WINDOW_MS) break;
    streak.unshift(at);
    after = at;
  }
  return streak;
}
