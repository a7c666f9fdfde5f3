import { expect, test } from "bun:test";
import { readSettings } from "#home/settings/settings.ts";
import { parseCommandLine } from "./command-line.ts";
import { workersOf } from "./worker-count.ts";

const settings = readSettings({ env: {}, flags: new Map(), defaultHome: "/nowhere" });

const workers = (...words: readonly string[]) =>
  workersOf({ line: parseCommandLine(["serve", ...words]), settings });

test("as many as the command line says, else the settings", () => {
  expect(workers()).toBe(settings.jobs.workers);
  expect(workers("--workers", "1")).toBe(1);
  expect(workers("--workers", "64")).toBe(64);
});

test.each(["0", "65", "640", "1000", "-1", "1.5", "1e1", "two"])(
  "%s workers are refused",
  (text) => {
    expect(() => workers("--workers", text)).toThrow(
      expect.objectContaining({
        ...{ code: "USAGE", message: `Invalid value for --workers: "${text}" (1 to 64)` },
        why: "it is a number from 1 to 64",
        remedies: ["org serve --workers 4", "org help serve"],
        unchanged: "Nothing was started.",
      }),
    );
  },
);
