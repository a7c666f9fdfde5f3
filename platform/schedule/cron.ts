/**
 * Cron lines: read, and asked when they are due. As Vixie cron: where both days are given, either of them counts; a job
 * at fixed times that falls into a gap of the clocks runs once, at its end, and one in an overlap the first time only;
 * with `*` in the minute or the hour it follows real time.
 *
 * @see https://man7.org/linux/man-pages/man5/crontab.5.html
 */
import { OrgError } from "#core/errors.ts";
import { cronInvalid, FIELDS, quoted, readField } from "./cron-fields.ts";
import { endOfGap, instantsOf, offsetAt } from "./zone.ts";

/** A schedule of five fields. */
export interface Cron {
  /** As it was written. */
  readonly text: string;
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  /** January is 1. */
  readonly months: ReadonlySet<number>;
  /** Sunday is 0. */
  readonly weekdays: ReadonlySet<number>;
  /** Whether a day has to fit both day fields: one of them begins with `*`. */
  readonly needsBothDays: boolean;
  /** Whether it runs each time the clocks show one of its times: minute or hour begins with `*`. */
  readonly followsRealTime: boolean;
}

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["@hourly", "0 * * * *"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@weekly", "0 0 * * 0"],
  ["@monthly", "0 0 1 * *"],
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
]);

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** The calendar repeats itself after this many days. */
const CALENDAR_DAYS = 146_097;

/**
 * Reads a cron line.
 *
 * @throws {OrgError} `CRON_INVALID` with the position of what is wrong; `CRON_NEVER` for a day that no year has.
 */
export function parse(text: string): Cron {
  const line = text.trim();
  if (line.startsWith("@") && !ALIASES.has(line.toLowerCase())) {
    const aliases = [...ALIASES.keys()].join(", ");
    throw cronInvalid(text, text.indexOf("@"), `${quoted(line)} is none of ${aliases}`);
  }
  const cron = readLine(text, ALIASES.get(line.toLowerCase()) ?? line);
  // Any day of any year: where each of them is, the clocks of a zone change nothing.
  if (nextDay(cron, 0, CALENDAR_DAYS) !== undefined) return cron;
  throw new OrgError(`${quoted(text)} never comes`, {
    code: "CRON_NEVER",
    why: "no year has such a day",
    remedies: ["choose a day that the month has; the last is 28 in each"],
    unchanged: "Nothing was scheduled.",
  });
}

/** @param line what `text` means, without blanks around it. */
function readLine(text: string, line: string): Cron {
  const begin = text.length - text.trimStart().length;
  const found = [...line.matchAll(/[^ \t]+/g)];
  const [sixth] = found.slice(FIELDS.length);
  if (sixth !== undefined) {
    throw cronInvalid(text, begin + sixth.index, `${quoted(sixth[0])} is one field too many`);
  }
  const [minutes, hours, days, months, weekdays] = FIELDS.map((kind, index) => {
    const field = found[index];
    if (field === undefined)
      throw cronInvalid(text, begin + line.length, `the ${kind.noun} is missing`);
    return readField({ line: text, text: field[0], at: begin + field.index }, kind);
  });
  const [minute, hour, day, , weekday] = found.map(([field]) => field.startsWith("*"));
  const none: ReadonlySet<number> = new Set();
  return {
    ...{ text, minutes: minutes ?? none, hours: hours ?? none, days: days ?? none },
    months: months ?? none,
    weekdays: new Set([...(weekdays ?? none)].map((number) => number % 7)),
    needsBothDays: day === true || weekday === true,
    followsRealTime: minute === true || hour === true,
  };
}

/**
 * When a schedule is due next.
 *
 * @param zone whose clocks it follows, such as "Europe/Vienna"; see {@link isZone}.
 * @param after an instant in milliseconds since the epoch; what is returned is later.
 * @throws {RangeError} for a zone that the runtime does not know, and near the last date that there is.
 */
export function next(cron: Cron, zone: string, after: number): number {
  // Clocks may be moved back over midnight, so that the day before goes on: look from there.
  const wall = after + offsetAt(zone, after);
  let day = Math.floor(wall / DAY_MS) - 1;
  for (;;) {
    const found = nextDay(cron, day, CALENDAR_DAYS);
    if (found === undefined) throw new RangeError(`${cron.text} never comes`);
    const first = firstOf(cron, { zone, day: found, after });
    // Where they are moved back over midnight, the next day has begun before this one ends.
    if (first !== NONE) return Math.min(first, firstOf(cron, { zone, day: found + 1, after }));
    day = found + 1;
  }
}

/** The first day that fits, counted from the epoch, of so many from one on. */
function nextDay(cron: Cron, from: number, days: number): number | undefined {
  for (let day = from; day < from + days; day += 1) {
    if (fits(cron, day)) return day;
  }
  return undefined;
}

function fits({ months, days, weekdays, needsBothDays }: Cron, day: number): boolean {
  const date = new Date(day * DAY_MS);
  if (!months.has(date.getUTCMonth() + 1)) return false;
  const isDay = days.has(date.getUTCDate());
  const isWeekday = weekdays.has(date.getUTCDay());
  return needsBothDays ? isDay && isWeekday : isDay || isWeekday;
}

interface DayOf {
  readonly zone: string;
  /** Counted from the epoch, on the clocks of the zone. */
  readonly day: number;
  readonly after: number;
}

/** No run on this day. */
const NONE = Number.POSITIVE_INFINITY;

/** The first run of a day that is later than an instant, or {@link NONE}. */
function firstOf(cron: Cron, { zone, day, after }: DayOf): number {
  let first = NONE;
  if (!fits(cron, day)) return first;
  const offsets = [-1, 0, 1, 2].map((other) => offsetAt(zone, (day + other) * DAY_MS));
  const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
  const times = [...cron.hours].flatMap((hour) =>
    [...cron.minutes].map((minute) => hour * HOUR_MS + minute * MINUTE_MS),
  );
  for (const time of times) {
    const wall = day * DAY_MS + time;
    // Whatever the clocks do, it lies between these two.
    if (wall - least <= after || wall - most >= first) continue;
    const runs = least === most ? [wall - least] : runsOf(cron, zone, wall);
    for (const run of runs) if (run > after && run < first) first = run;
  }
  return first;
}

function runsOf(cron: Cron, zone: string, wall: number): readonly number[] {
  const instants = instantsOf(zone, wall);
  if (cron.followsRealTime) return instants;
  const [first] = instants;
  return [first ?? endOfGap(zone, wall)];
}
