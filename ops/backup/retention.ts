/** Which backups stay, by their times alone. */

const DAY_MS = 86_400_000;
const DAYS = 7;
const WEEKS = 4;
/** 1 January 1970 was a Thursday; a week begins on Monday. */
const MONDAY_DAYS = 3;

/**
 * All of the last day, the newest of each of the newest seven days and of the newest four weeks that have one, by UTC: pauses do not count, so
 * that a home that slept for a month keeps what it had. Those of the last day stay because a person, or a restore, made them
 * for a reason.
 *
 * @param times in milliseconds since the epoch.
 * @returns those that stay; the newest is among them.
 */
export function retainedBackups(times: readonly number[]): ReadonlySet<number> {
  const newest = times.toSorted((a, b) => b - a);
  const [last = 0] = newest;
  const retained = new Set(newest.filter((time) => last - time < DAY_MS));
  const keep = (most: number, periodOf: (time: number) => number): void => {
    const periods = new Set<number>();
    for (const time of newest) {
      const period = periodOf(time);
      if (periods.has(period) || periods.size === most) continue;
      periods.add(period);
      retained.add(time);
    }
  };
  const dayOf = (time: number): number => Math.floor(time / DAY_MS);
  keep(DAYS, dayOf);
  keep(WEEKS, (time) => Math.floor((dayOf(time) + MONDAY_DAYS) / 7));
  return retained;
}
