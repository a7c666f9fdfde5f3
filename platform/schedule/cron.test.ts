import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { OrgError } from "#core/errors.ts";
import { processorMs } from "#test/processor-time.ts";
import { next, parse } from "./cron.ts";
import { isZone } from "./zone.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** Zones that are moved at night, over midnight, by half an hour, by two hours, and over a whole day; and when. */
const MOVES: readonly (readonly [zone: string, dates: readonly string[]])[] = [
  ["Europe/Berlin", ["2026-03-29", "2026-10-25"]],
  ["America/New_York", ["2026-03-08", "2026-11-01"]],
  ["Australia/Lord_Howe", ["2026-10-04", "2026-04-05"]],
  ["America/Santiago", ["2026-09-06", "2026-04-05"]],
  ["America/Havana", ["2026-03-08", "2026-11-01"]],
  ["America/St_Johns", ["2010-03-14", "2010-11-07"]],
  ["Antarctica/Troll", ["2026-03-29", "2026-10-25"]],
  ["Pacific/Apia", ["2011-12-30", "2012-04-01"]],
  ["Africa/Casablanca", ["2026-02-15", "2026-03-22"]],
];

const LINES: readonly string[] = [
  ...["30 2 * * *", "15,45 2 * * *", "0 0 * * *", "59 23 * * *", "0,30 0-3 * * *", "0 3 * * 0,6"],
  ...["0 */2 * * *", "*/15 * * * *", "*/20 0,1,2 * * *", "7 * * * *", "1-59/7 1-3 * * *"],
  ...["10 1 29,8,5 * 0", "0 1 */2 * 0-5", "0 12 * 3,4,10-12 *"],
];

describe("against every minute of the four days around", () => {
  for (const [zone, dates] of MOVES) {
    for (const date of dates) {
      const minutes = minutesAround(zone, Date.parse(date));
      test.each(LINES)(`${zone} ${date}: %s`, (line) => {
        const runs = bruteForce(line, minutes);
        expect(runs.length).toBeGreaterThan(line.startsWith("0 12") ? -1 : 0);
        expect(runsBetween(line, zone, minutes)).toEqual(runs);
      });
    }
  }
});

interface Minute {
  readonly at: number;
  /** What the clocks show, as if it were UTC. */
  readonly wall: number;
}

function minutesAround(zone: string, date: number): readonly Minute[] {
  const format = new Intl.DateTimeFormat("sv-SE", {
    ...{ timeZone: zone, dateStyle: "short", timeStyle: "medium" },
  });
  return Array.from({ length: (4 * DAY) / MINUTE }, (_, index) => {
    const at = date - 2 * DAY + index * MINUTE;
    return { at, wall: Date.parse(`${format.format(at).replace(" ", "T")}Z`) };
  });
}

/** By the text of the rule alone: each minute is asked whether the clocks show a time of the line. */
function bruteForce(line: string, minutes: readonly Minute[]): readonly number[] {
  const isReal = line.split(" ").some((field, index) => index < 2 && field.startsWith("*"));
  const matches = matcherOf(line);
  const isFirst = ({ wall }: Minute, index: number): boolean =>
    minutes.slice(Math.max(0, index - 240), index).every((one) => one.wall !== wall);
  return minutes
    .filter((one, index) => {
      const { wall } = one;
      if (isReal) return matches(wall);
      if (matches(wall) && isFirst(one, index)) return true;
      const before = minutes[index - 1]?.wall ?? wall;
      for (let skipped = before + MINUTE; skipped < wall; skipped += MINUTE)
        if (matches(skipped)) return true;
      return false;
    })
    .map(({ at }) => at);
}

/** The line is taken apart once: thousands of minutes are asked of each. */
function matcherOf(line: string): (wall: number) => boolean {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = line.split(" ");
  const valuesOf = (field: string): ReadonlySet<number> =>
    new Set(Array.from({ length: 60 }, (_, value) => value).filter((value) => has(field, value)));
  const has = (field: string, value: number): boolean =>
    field.split(",").some((part) => {
      const [range = "", step = "1"] = part.split("/");
      const [low = 0, high = low] = range === "*" ? [0, 99] : range.split("-").map(Number);
      const first = range === "*" && (field === day || field === month) ? 1 : low;
      return value >= low && value <= high && (value - first) % Number(step) === 0;
    });
  const [minutes, hours, days] = [valuesOf(minute), valuesOf(hour), valuesOf(day)];
  const [months, weekdays] = [valuesOf(month), valuesOf(weekday)];
  const isBoth = day.startsWith("*") || weekday.startsWith("*");
  return (wall) => {
    const date = new Date(wall);
    if (!minutes.has(date.getUTCMinutes()) || !hours.has(date.getUTCHours())) return false;
    if (!months.has(date.getUTCMonth() + 1)) return false;
    const isDay = days.has(date.getUTCDate());
    const isWeekday = weekdays.has(date.getUTCDay());
    return isBoth ? isDay && isWeekday : isDay || isWeekday;
  };
}

function runsBetween(line: string, zone: string, minutes: readonly Minute[]): readonly number[] {
  const cron = parse(line);
  const runs: number[] = [];
  const end = minutes.at(-1)?.at ?? 0;
  for (let at = next(cron, zone, (minutes[0]?.at ?? 0) - 1); at <= end; at = next(cron, zone, at))
    runs.push(at);
  return runs;
}

test("a run is later than what it was asked after, at a whole minute, and none lies between", () => {
  const zones = fc.constantFrom(...MOVES.map(([zone]) => zone), "UTC", "Asia/Kathmandu");
  const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2037, 0, 1) });
  fc.assert(
    fc.property(zones, fc.constantFrom(...LINES), instants, (zone, line, after) => {
      const cron = parse(line);
      const run = next(cron, zone, after);
      expect(run).toBeGreaterThan(after);
      expect(run % MINUTE).toBe(0);
      expect(next(cron, zone, run - 1)).toBe(run);
      const between = after + Math.floor((run - 1 - after) / 2);
      expect(next(cron, zone, between)).toBe(run);
    }),
  );
});

test.each([
  ["@hourly", "2026-01-01T00:30:00Z", "2026-01-01T01:00:00Z"],
  ["@daily", "2026-01-01T00:30:00Z", "2026-01-02T00:00:00Z"],
  ["@Midnight", "2026-01-01T00:30:00Z", "2026-01-02T00:00:00Z"],
  ["@weekly", "2026-01-01T00:30:00Z", "2026-01-04T00:00:00Z"],
  ["@monthly", "2026-01-01T00:30:00Z", "2026-02-01T00:00:00Z"],
  ["@yearly", "2026-01-01T00:30:00Z", "2027-01-01T00:00:00Z"],
  [" @annually ", "2026-01-01T00:30:00Z", "2027-01-01T00:00:00Z"],
  ["0\t7  * * MON", "2026-01-01T00:30:00Z", "2026-01-05T07:00:00Z"],
  ["0 0 1 jan-Mar *", "2026-01-01T00:30:00Z", "2026-02-01T00:00:00Z"],
  ["05 00 * * 7", "2026-01-01T00:30:00Z", "2026-01-04T00:05:00Z"],
  ["0 0 * * 5-7", "2026-01-02T00:30:00Z", "2026-01-03T00:00:00Z"],
  ["0 0 13 * fri", "2026-01-10T00:30:00Z", "2026-01-13T00:00:00Z"],
  ["0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"],
  ["0 0 29 2 */6", "2032-03-01T00:00:00Z", "2048-02-29T00:00:00Z"],
])("%s after %s is %s", (line, after, expected) => {
  expect(new Date(next(parse(line), "UTC", Date.parse(after)))).toEqual(new Date(expected));
});

test.each([
  ["60 * * * *", 1, "minute 60 is not within 0–59"],
  ["* 24 * * *", 3, "hour 24 is not within 0–23"],
  ["* * 0 * *", 5, "day of the month 0 is not within 1–31"],
  ["* * 32 * *", 5, "day of the month 32 is not within 1–31"],
  ["* * * 13 *", 7, "month 13 is not within 1–12"],
  ["* * * 0 *", 7, "month 0 is not within 1–12"],
  ["* * * * 8", 9, "day of the week 8 is not within 0–7"],
  ["0,15,75 * * * *", 6, "minute 75 is not within 0–59"],
  ["10-100 * * * *", 4, "minute 100 is not within 0–59"],
  ["", 1, "the minute is missing"],
  ["* * * *", 8, "the day of the week is missing"],
  ["0 * * * * *", 11, '"*" is one field too many'],
  ["30-10 * * * *", 1, 'the range "30-10" ends before it begins'],
  ["0 0 * * sat-sun", 9, 'the range "sat-sun" ends before it begins'],
  ["*/0 * * * *", 3, 'the step "0" is not a number from 1 to 99'],
  ["*/ * * * *", 3, 'the step "" is not a number from 1 to 99'],
  ["*/-5 * * * *", 3, 'the step "-5" is not a number from 1 to 99'],
  ["1-9/x * * * *", 5, 'the step "x" is not a number from 1 to 99'],
  ["5/10 * * * *", 2, "a step follows * or a range, not a single value"],
  ["1,,2 * * * *", 3, "a value for the minute is missing"],
  ["1, * * * *", 3, "a value for the minute is missing"],
  ["** * * * *", 1, '"**" is not a value for the minute, a range or *'],
  ["-5 * * * *", 1, '"-5" is not a value for the minute, a range or *'],
  ["1-2-3 * * * *", 1, '"1-2-3" is not a value for the minute, a range or *'],
  ["? * * * *", 1, '"?" is not a number for the minute'],
  ["1.5 * * * *", 1, '"1.5" is not a number for the minute'],
  ["005 * * * *", 1, '"005" is not a number for the minute'],
  ["٣ * * * *", 1, '"٣" is not a number for the minute'],
  ["0 0 L * *", 5, '"L" is not a number for the day of the month'],
  ["0 0 * january *", 7, '"january" is not a number for the month, nor a name such as jan'],
  ["0 0 * * mon#2", 9, '"mon#2" is not a number for the day of the week, nor a name such as sun'],
  ["0 0 * mon *", 7, '"mon" is not a number for the month, nor a name such as jan'],
  ["  0 25 * * *", 5, "hour 25 is not within 0–23"],
  ["0 0\n* * *", 3, '"0\\n*" is not a value for the hour, a range or *'],
  [
    ...(["@reboot", 1] as const),
    '"@reboot" is none of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually',
  ],
])("%j is refused at character %d: %s", (line, position, what) => {
  const refused = errorOf(line);
  expect(refused.code).toBe("CRON_INVALID");
  expect(refused.message).toBe(`${JSON.stringify(line)}: ${what}`);
  expect(refused.why).toBe(`It is character ${position} of the line.`);
});

test.each(["0 0 30 2 *", "0 0 31 4,6,9,11 *", "* * 30-31 feb *", "0 0 31 2 */2"])(
  "%s never comes",
  (line) => {
    expect(errorOf(line)).toMatchObject({
      ...{ code: "CRON_NEVER", message: `${JSON.stringify(line)} never comes` },
    });
  },
);

test("a text of any sort is read or refused with its place", () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc
      .array(fc.stringMatching(/^[0-9*,/a-z-]{1,6}$/), { minLength: 5, maxLength: 5 })
      .map((fields) => fields.join(" ")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        expect(next(parse(text), "Europe/Berlin", 0)).toBeGreaterThan(0);
      } catch (error) {
        if (!(error instanceof OrgError)) throw error;
        expect(["CRON_INVALID", "CRON_NEVER"]).toContain(error.code);
        if (error.code === "CRON_INVALID") expect(error.why).toMatch(/^It is character \d+ of/);
      }
    }),
  );
});

test("a line of any length is refused in a short text, and soon", async () => {
  const line = `0 0 ${"1,".repeat(200_000)} * *`;
  expect(
    await processorMs(() => expect(errorOf(line).message.length).toBeLessThan(200)),
  ).toBeLessThan(2000);
});

test("knows the zones of the runtime and no others", () => {
  expect(["UTC", "Europe/Berlin", "Asia/Kathmandu"].filter((zone) => !isZone(zone))).toEqual([]);
  expect(["", "Berlin/Europe", "+25:00", "Mars"].filter(isZone)).toEqual([]);
});

function errorOf(line: string): OrgError {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof OrgError) return error;
  }
  throw new Error(`${line} was not refused`);
}
