import { expect, test } from "bun:test";
import bunfig from "../bunfig.toml";
import timings from "../test/timings.json";
import { changedFiles, quickArguments, slowTests } from "./quick-tests.ts";

const RECORD = {
  "core/quick.test.ts": 20,
  "tools/browser/slow.test.ts": 5000,
  "ops/project/slow.test.ts": 4000,
  "test/suite.e2e.test.ts": 90_000,
};

const ignoredBy = (args: readonly string[]) =>
  args.flatMap((word) => (/^--path-ignore-patterns=(.*)/.exec(word) ?? []).slice(1));

test("what takes long by the record is left out, and nothing else beside what the settings leave out", () => {
  expect(ignoredBy(quickArguments([], RECORD))).toEqual([
    ...bunfig.test.pathIgnorePatterns,
    "tools/browser/slow.test.ts",
    "ops/project/slow.test.ts",
  ]);
});

test("what takes long runs where a file beside it was changed", () => {
  const left = ignoredBy(quickArguments(["tools/browser/notes.ts", "README.md"], RECORD));
  expect(left).toContain("ops/project/slow.test.ts");
  expect(left).not.toContain("tools/browser/slow.test.ts");
});

test("the record knows unit tests of both kinds, and most are quick", () => {
  const known = Object.keys(timings.files).filter((path) => !path.includes(".e2e."));
  const slow = slowTests();
  expect(slow.length).toBeGreaterThan(50);
  expect(slow.length).toBeLessThan(known.length / 3);
});

test("changed files are named from the top of the repository", async () => {
  const isOutside = (path: string) => path.startsWith("/") || path.startsWith("..");
  expect((await changedFiles()).filter(isOutside)).toEqual([]);
});
