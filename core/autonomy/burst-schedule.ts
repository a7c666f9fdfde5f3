/** When a home begins by itself to work: pure, of what was before and of what a clock shows. */

/** A burst that was. */
export interface PastBurst {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** It stored nothing. */
  readonly isEmpty: boolean;
  /** It tried tools, and each of them did what it says. */
  readonly isPerfectTest: boolean;
}

/** How often bursts may begin. */
export interface BurstPace {
  /** So long nothing has happened before a burst, in milliseconds. */
  readonly idleMs: number;
  /** Shortest time from the begin of a burst to the next one, in milliseconds. */
  readonly gapMs: number;
  /** Most bursts a day, in UTC. */
  readonly aDay: number;
}

export interface BurstClock {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long nothing has happened, in milliseconds, by a monotonic clock. */
  readonly quietMs: number;
}

const DAY_MS = 86_400_000;
/** After so many perfect rounds of tests in a row there is little left to test. */
const PERFECT_ROUNDS = 3;
const PERFECT_FACTOR = 8;

/**
 * How long from now until the next burst may begin, in milliseconds; 0: now.
 *
 * @param past the newest bursts, oldest first: those of a day at least, and all in a row that brought nothing. A start that
 *   lies in the future, because the clock was set back, counts as one of today while that is no more than a day.
 */
export function untilBurst(
  past: readonly PastBurst[],
  pace: BurstPace,
  { now, quietMs }: BurstClock,
): number {
  const plausible = past.filter(({ startedAt }) => startedAt <= now + DAY_MS);
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const count = plausible.filter(({ startedAt }) => startedAt >= today).length;
  const last = plausible.at(-1);
  const waits = [
    pace.idleMs - quietMs,
    last === undefined ? 0 : last.startedAt + gapOf(plausible, pace.gapMs) - now,
    count >= pace.aDay ? today + DAY_MS - now : 0,
  ];
  return Math.max(0, ...waits);
}

/** Twice as long after each empty burst, and eight times after three perfect rounds of tests; at most a day. */
function gapOf(past: readonly PastBurst[], gapMs: number): number {
  const fruitful = past.findLastIndex(({ isEmpty }) => !isEmpty);
  const empty = past.length - 1 - fruitful;
  const newest = past.slice(-PERFECT_ROUNDS);
  const isPerfect =
    newest.length === PERFECT_ROUNDS && newest.every(({ isPerfectTest }) => isPerfectTest);
  const factor = 2 ** Math.min(empty, PERFECT_ROUNDS * PERFECT_FACTOR);
  return Math.max(gapMs, Math.min(DAY_MS, gapMs * factor * (isPerfect ? PERFECT_FACTOR : 1)));
}
