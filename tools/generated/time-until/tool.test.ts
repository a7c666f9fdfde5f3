import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { input, run } from "./tool.ts";

const at = (now: string) => ({ log: () => undefined, clock: { now: () => Date.parse(now) } });
const NEW_YEAR = at("2026-01-01T00:00:00Z");

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => Object(error).code,
  );

describe("how long", () => {
  test("until a date", async () => {
    expect(await run({ moment: "2026-03-01" }, NEW_YEAR)).toEqual({
      isPast: false,
      days: 59,
      hours: 0,
      minutes: 0,
      totalSeconds: 59 * 86_400,
      weekday: "Sunday",
      text: "in 59 days",
    });
  });

  test("ago, in hours and minutes", async () => {
    const { text, isPast, totalSeconds } = await run({ moment: "2025-12-31T21:58:30Z" }, NEW_YEAR);
    expect([text, isPast, totalSeconds]).toEqual(["2 hours 1 minute ago", true, -7290]);
  });

  test("offsets of the moment, and of a date alone", async () => {
    const seconds = async (moment: string, offset?: string) =>
      (await run(offset === undefined ? { moment } : { moment, offset }, NEW_YEAR)).totalSeconds;
    expect(await seconds("2026-01-01T02:00:00+02:00")).toBe(0);
    expect(await seconds("2026-01-01T00:00:00-05:30")).toBe(5.5 * 3600);
    expect(await seconds("2026-01-02", "+01:00")).toBe(23 * 3600);
    expect(await seconds("2026-01-02T00:00Z", "+01:00")).toBe(24 * 3600);
  });

  test("days of leap years, and years before 100", async () => {
    expect((await run({ moment: "2028-02-29" }, NEW_YEAR)).weekday).toBe("Tuesday");
    expect((await run({ moment: "0001-01-01" }, NEW_YEAR)).weekday).toBe("Monday");
    expect((await run({ moment: "2026-01-01" }, NEW_YEAR)).text).toBe("now");
  });
});

const moments = fc.date({
  min: new Date("0001-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59Z"),
  noInvalidDate: true,
});

describe("properties", () => {
  test("parts and total say the same, and the clock of JavaScript agrees", async () => {
    await fc.assert(
      fc.asyncProperty(moments, moments, async (now, moment) => {
        const found = await run({ moment: moment.toISOString() }, at(now.toISOString()));
        const seconds = Math.floor(moment.getTime() / 1000) - Math.floor(now.getTime() / 1000);
        expect(found.totalSeconds).toBe(seconds);
        const whole = found.days * 1440 + found.hours * 60 + found.minutes;
        expect(whole).toBe(Math.floor(Math.abs(seconds) / 60));
        expect(found.isPast).toBe(seconds < 0);
      }),
    );
  });

  test("weekdays follow each other", async () => {
    await fc.assert(
      fc.asyncProperty(moments, async (day) => {
        const name = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" });
        const found = await run({ moment: day.toISOString().slice(0, 10) }, NEW_YEAR);
        expect(found.weekday).toBe(name.format(day));
      }),
    );
  });
});

describe("abuse", () => {
  test.each([
    "",
    "tomorrow",
    "2026-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-01T00:00:00",
    "2026-01-01T24:00:00Z",
    "2026-01-01T12:60:00Z",
    "2026-01-01T12:00:61Z",
    "2026-01-01T12:00:00+24:00",
    "2026-01-01T12:00:00+01:60",
    "2026-01-01\n2026-01-02",
    "٢٠٢٦-٠١-٠١",
  ])("%j is no moment", async (moment) => {
    expect(await codeOf(run({ moment }, NEW_YEAR))).toBe("BAD_MOMENT");
  });

  test("refuses arguments of other shapes", () => {
    for (const wrong of [{}, { moment: 5 }, { moment: "x", offset: "CET" }, { moment: "", a: 1 }]) {
      expect(input.safeParse(wrong).success).toBe(false);
    }
  });
});
