import { afterEach, beforeEach, expect, spyOn, test } from "bun:test";
import type { EngineStep } from "#app/engine-source.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { stepPrinter } from "./engine-progress.ts";

let ms = 0;
let clock: { mockRestore: () => void };
beforeEach(() => {
  ms = 1000;
  clock = spyOn(performance, "now").mockImplementation(() => ms);
});
afterEach(() => clock.mockRestore());

/** @param steps each with the milliseconds that pass before it. */
function printed(steps: readonly (readonly [after: number, step: Partial<EngineStep>])[]) {
  const output = capturedOutput();
  const print = (json: boolean) => {
    const printStep = stepPrinter({ json, output, cleaner: new TextCleaner() });
    for (const [after, step] of steps) {
      ms += after;
      printStep({ part: "model", text: "downloading", ...step });
    }
  };
  print(false);
  print(true);
  const records = output.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const rates = output.stdout
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { readonly bytesPerSecond?: number }).bytesPerSecond);
  return { lines: output.stderr.trimEnd().split("\n"), rates, records };
}

test("a line for each tenth, with what has come and how fast", () => {
  const steps = [0, 5, 10, 14, 100].map((megabytes, index) => {
    const step = { bytes: megabytes * 1e6, total: 1e8 };
    return [index === 0 ? 0 : 1000, step] as const;
  });
  expect(printed(steps)).toMatchObject({
    lines: [
      "model: downloading 0 %, 0 of 100 MB",
      "model: downloading 10 %, 10 of 100 MB, 5.0 MB/s",
      "model: downloading 100 %, 100 of 100 MB, 25.0 MB/s",
    ],
    rates: [undefined, 5_000_000, 25_000_000],
    records: [0, 10, 100].map((megabytes) => ({
      ...{ type: "progress", part: "model", text: "downloading" },
      ...{ bytes: megabytes * 1e6, total: 1e8 },
    })),
  });
});

test("what came before the first line is not counted as fast, nor what came with no time between", () => {
  expect(
    printed([
      [0, { bytes: 4e7, total: 1e8 }],
      [0, { bytes: 6e7, total: 1e8 }],
      [2000, { bytes: 8e7, total: 1e8 }],
    ]).rates,
  ).toEqual([undefined, undefined, 20_000_000]);
});

test("what has come is never less than nothing", () => {
  expect(
    printed([
      [0, { bytes: 4e7, total: 1e8 }],
      [1000, { bytes: 1e7, total: 1e8 }],
    ]).rates,
  ).toEqual([undefined, undefined]);
});

test("each step is measured from its own beginning", () => {
  expect(
    printed([
      [0, { bytes: 0, total: 1e7 }],
      [1000, { bytes: 1e7, total: 1e7 }],
      [5000, { part: "runtime", text: "unpacking", bytes: 0, total: 1e7 }],
      [1000, { part: "runtime", text: "unpacking", bytes: 2e6, total: 1e7 }],
    ]).rates,
  ).toEqual([undefined, 10_000_000, undefined, 2_000_000]);
});

test("what is smaller than a megabyte ends where one begins", () => {
  const sizes = [1_000_000, 999_999].map((total) => [0, { text: `${total}`, bytes: 1, total }]);
  expect(printed(sizes as [number, Partial<EngineStep>][]).lines).toEqual([
    "model: 1000000 0 %, 0 of 1 MB",
    "model: 999999 0 %",
  ]);
});

test("of less than a megabyte the share alone is said, and of what cannot be counted the text", () => {
  expect(
    printed([
      [0, { text: "checking" }],
      [0, { bytes: 499_999, total: 999_999 }],
      [0, { text: "reading", bytes: 500_000, total: 1_000_000 }],
    ]).lines,
  ).toEqual(["model: checking", "model: downloading 40 %", "model: reading 50 %, 1 of 1 MB"]);
});
