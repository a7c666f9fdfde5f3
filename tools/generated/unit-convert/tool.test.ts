import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { input, run } from "./tool.ts";

const convert = async (value: number, from: string, to: string) =>
  (await run({ value, from, to })).value;

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => Object(error).code,
  );

describe("known equalities", () => {
  test.each([
    [26.2, "mi", "km", 42.1648128],
    [5280, "ft", "mile", 1],
    [100, "°C", "°F", 212],
    [-40, "celsius", "fahrenheit", -40],
    [0, "K", "C", -273.15],
    [1, "GiB", "MB", 1073.741824],
    [14, "lb", "stone", 1],
    [16, "tbsp", "cup", 1],
    [1, "kWh", "kJ", 3600],
    [1, "atm", "psi", 14.6959487755],
    [36, "km/h", "m/s", 10],
    [2, "weeks", "hours", 336],
    [640, "acres", "km2", 2.58998811034],
  ])("%p %s in %s is %p", async (value, from, to, expected) => {
    expect(await convert(value, from, to)).toBe(expected);
  });

  test("names have spellings, spaces and cases", async () => {
    expect(await run({ value: 1, from: " Nautical  Mile ", to: "METRES" })).toEqual({
      value: 1852,
      unit: "m",
      kind: "length",
    });
    expect(await convert(8, "BITS", "B")).toBe(1);
  });
});

const kinds = {
  length: ["m", "km", "cm", "mm", "in", "ft", "yd", "mi", "nmi"],
  mass: ["kg", "g", "mg", "t", "lb", "oz", "st"],
  temperature: ["K", "°C", "°F"],
};
const pair = fc
  .constantFrom(...Object.values(kinds))
  .chain((units) => fc.tuple(fc.constantFrom(...units), fc.constantFrom(...units)));
const amount = fc.integer({ min: 0, max: 1_000_000 });

describe("properties", () => {
  test("there and back again is where it began", async () => {
    await fc.assert(
      fc.asyncProperty(pair, amount, async ([from, to], value) => {
        const back = await convert(await convert(value, from, to), to, from);
        // A difference of temperatures loses digits to the distance from absolute zero.
        expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-8 * Math.max(1, value));
      }),
    );
  });

  test("a greater amount stays greater", async () => {
    await fc.assert(
      fc.asyncProperty(pair, amount, async ([from, to], value) => {
        expect(await convert(value + 1, from, to)).toBeGreaterThan(await convert(value, from, to));
      }),
    );
  });
});

describe("abuse", () => {
  test("units of different kinds are not converted", async () => {
    expect(await codeOf(run({ value: 1, from: "m", to: "kg" }))).toBe("DIFFERENT_KINDS");
    expect(await codeOf(run({ value: 1, from: "m", to: "s" }))).toBe("DIFFERENT_KINDS");
  });

  test.each(["parsec", "", " ", "1000", "constructor", "__proto__", "m;km", "1", "Mb", "KM"])(
    "there is no unit %j",
    async (from) => {
      expect(await codeOf(run({ value: 1, from, to: "m" }))).toBe("UNKNOWN_UNIT");
    },
  );

  test("what cannot be is refused", async () => {
    expect(await codeOf(run({ value: -500, from: "F", to: "C" }))).toBe("OUT_OF_RANGE");
    expect(await codeOf(run({ value: 1.7e308, from: "km", to: "mm" }))).toBe("OUT_OF_RANGE");
    expect(Object.is(await convert(-0, "m", "km"), 0)).toBe(true);
  });

  test("refuses arguments of other shapes", () => {
    for (const value of ["1", null, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(input.safeParse({ value, from: "m", to: "m" }).success).toBe(false);
    }
  });
});
