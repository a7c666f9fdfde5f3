/**
 * What the clocks of a zone show, by the zone data of the runtime. A wall time is written as the number of milliseconds
 * since the epoch that the same digits would be in UTC.
 */

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the runtime knows the clocks of a zone, such as "Europe/Vienna". */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** How far the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
export function offsetAt(zone: string, instant: number): number {
  const fields: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) fields[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  return wall - Math.floor(instant / 1000) * 1000;
}

/** The instants at which clocks show a wall time, in order: one, two in an overlap, none in a gap. */
export function instantsOf(zone: string, wall: number): readonly number[] {
  // No zone is more than a day away from UTC: what holds before and after is found a day to each side.
  const offsets = new Set([offsetAt(zone, wall - DAY_MS), offsetAt(zone, wall + DAY_MS)]);
  return [...offsets]
    .map((offset) => wall - offset)
    .filter((instant) => offsetAt(zone, instant) === wall - instant)
    .sort((a, b) => a - b);
}

/** The instant at which clocks were moved over a wall time that they never showed: the end of its gap. */
export function endOfGap(zone: string, wall: number): number {
  let [before, after] = [wall - DAY_MS, wall + DAY_MS];
  const offset = offsetAt(zone, before);
  while (after - before > MINUTE_MS) {
    const between = before + Math.floor((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offsetAt(zone, between) === offset) before = between;
    else after = between;
  }
  return after;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const cached = formats.get(zone);
  if (cached !== undefined) return cached;
  const numeric = "numeric";
  const format = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone: zone, hourCycle: "h23", year: numeric, month: numeric, day: numeric },
    ...{ hour: numeric, minute: numeric, second: numeric },
  });
  formats.set(zone, format);
  return format;
}
