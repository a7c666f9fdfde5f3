/** Moments at which programs that look at a clock are wrong, chosen by how a calendar is built. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Years with a leap day, a 53rd week, another century, or more seconds than 31 bits hold. */
const YEARS = [
  2026, 2027, 2028, 2029, 2030, 2031, 2032, 2036, 2037, 2038, 2039, 2040, 2048, 2099, 2100,
];
/** Clocks are changed in the nights of these days, in Europe and in America. */
const CLOCK_CHANGES = [
  [2027, 2, 14],
  [2027, 2, 28],
  [2027, 9, 31],
  [2027, 10, 7],
] as const;

/** In milliseconds since 1970, and always the same; none of them is over when a tool is judged. */
export function tellingMoments(): readonly number[] {
  return [...new Set([...everyDay(), ...edgesOfYears(), ...leapDays(), ...changes()])];
}

/** Every day of a year and with it every weekday, date and month, each at another hour, minute and second. */
function everyDay(): readonly number[] {
  return Array.from({ length: 365 }, (_, day) => {
    const seconds = (day % 24) * 3600 + ((day * 7) % 60) * 60 + ((day * 13) % 60);
    return Date.UTC(2027, 0, 1) + day * DAY_MS + seconds * 1000 + ((day * 37) % 1000);
  });
}

function edgesOfYears(): readonly number[] {
  return YEARS.flatMap((year) => [
    Date.UTC(year, 11, 31, 23, 59, 59, 999),
    Date.UTC(year + 1, 0, 1),
    Date.UTC(year, 1, 28, 23, 30),
    Date.UTC(year, 2, 1, 0, 0, 1),
    Date.UTC(year, 6, 1, 12),
    Date.UTC(year, 11, 1, 9, 5),
  ]);
}

function leapDays(): readonly number[] {
  return [2028, 2032, 2048, 2096].flatMap((year) => [
    Date.UTC(year, 1, 29),
    Date.UTC(year, 1, 29, 12, 34, 56, 789),
    Date.UTC(year, 1, 29, 23, 59, 59, 999),
  ]);
}

/** All hours around a change of clocks, for what counts in the time of a zone. */
function changes(): readonly number[] {
  return CLOCK_CHANGES.flatMap(([year, month, day]) =>
    Array.from({ length: 24 }, (_, hour) => Date.UTC(year, month, day - 1, 14) + hour * HOUR_MS),
  );
}
