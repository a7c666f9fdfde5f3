import { expect, test } from "bun:test";
import { growths, type Sample } from "./soak-meter.ts";

const START: Sample = {
  ...{ minute: 0, rssMib: 120, descriptors: 30, children: 0, temporary: 0 },
  ...{ stateKib: 100, requests: 10 },
};
const MIDDLE: Sample = { ...START, minute: 15, rssMib: 300, stateKib: 1100, requests: 1010 };
const END: Sample = { ...MIDDLE, minute: 30, rssMib: 330, stateKib: 2100, requests: 2010 };

test("what fills up to the middle and then stays does not grow without bound", () => {
  expect(growths(START, MIDDLE, END)).toEqual([]);
});

test.each([
  [{ rssMib: 500 }, "MiB of memory: 300 → 500"],
  [{ descriptors: 60 }, "descriptors: 30 → 60"],
  [{ children: 1 }, "child processes: 0 → 1"],
  [{ temporary: 9 }, "temporary: 0 → 9"],
  [{ stateKib: 6100 }, "KiB of state for each request: 1 → 5"],
])("a run that ends with %j fails", (more, sentence) => {
  expect(growths(START, MIDDLE, { ...END, ...more })).toEqual([sentence]);
});
