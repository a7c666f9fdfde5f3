import { expect, test } from "bun:test";
import { countText, durationText } from "./src/format.js";
import { lapLines } from "./src/laps.js";

test("durations", () => {
  const seconds = [0, 9, 59, 60, 75, 600, 3599, 3600, 3723, 36000, 360061];
  expect(seconds.map((one) => durationText(one))).toEqual([
    ...["0s", "9s", "59s", "1m 00s", "1m 15s", "10m 00s", "59m 59s"],
    ...["1h 00m 00s", "1h 02m 03s", "10h 00m 00s", "100h 01m 01s"],
  ]);
  expect(() => durationText(-1)).toThrow(RangeError);
});

test("the rest stays", () => {
  expect(countText(1234567)).toBe("1 234 567");
  expect(lapLines([4000])).toEqual(["lap 1: 4 000 m"]);
});
