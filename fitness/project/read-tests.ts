/**
 * Tests by name, out of what a runner printed.
 *
 * The program that is judged writes to the same streams as its runner, so a line can be forged. What that can do is
 * bounded: a name that is reported twice has the worse of its results, a forged line can therefore only add names, and the
 * exit code of the check counts before any name. A test that ends its runner early leaves its names out, and a name that
 * passed on the base and is gone holds the candidate. Whether lines were added at all, `printed-doubts.ts` tells.
 */
import { cargoTests, goTests } from "./compiled-output.ts";
import { pytestTests, unittestTests } from "./python-output.ts";
import { bunTests, nodeSpecTests, tapTests } from "./script-output.ts";

import type { TestResult, TestStatus } from "./test-result.ts";

/** Reads the results of one runner; of another runner's output it finds nothing. */
type OutputReader = (lines: readonly string[]) => Iterable<TestResult>;

const READERS: readonly OutputReader[] = [
  bunTests,
  tapTests,
  nodeSpecTests,
  pytestTests,
  unittestTests,
  goTests,
  cargoTests,
];

/** Most tests of one check, and the longest name in characters: both are chosen by the judged program. */
export const MAX_TESTS = 20_000;
const MAX_NAME = 300;
const MAX_LINE = 2000;

const RANK: Readonly<Record<TestStatus, number>> = { failed: 2, skipped: 1, passed: 0 };

/**
 * All tests that are named in the output of a check, whichever runners it has called.
 *
 * @param streams what was written to each stream.
 * @returns each name once, with the worst of its results; nothing where no runner is recognised.
 */
export function readTests(streams: readonly string[]): readonly TestResult[] {
  return worstOf(resultsIn(streams));
}

/** The tests that were printed, and those that report files tell beside them; each name once, as of {@link readTests}. */
export function allTests(
  printed: readonly TestResult[],
  reported: readonly TestResult[],
): readonly TestResult[] {
  const printedNames = new Set(printed.map(({ name }) => name));
  const named = reported.map(({ name, status }) => ({ name: name.slice(0, MAX_NAME), status }));
  return worstOf([
    ...printed,
    ...named.map((one) => (printedNames.has(one.name) ? one : { ...one, isReported: true })),
  ]);
}

function worstOf(results: Iterable<TestResult>): readonly TestResult[] {
  const tests = new Map<string, TestResult>();
  for (const test of results) {
    const existing = tests.get(test.name);
    if (existing === undefined && tests.size >= MAX_TESTS) continue;
    if (existing === undefined || RANK[test.status] > RANK[existing.status])
      tests.set(test.name, test);
  }
  return [...tests.values()];
}

/** The names of tests that are reported to have passed and to have failed. */
export function disputedTests(streams: readonly string[]): readonly string[] {
  const passed = new Set<string>();
  const failed = new Set<string>();
  for (const { name, status } of resultsIn(streams)) {
    if (status === "passed") passed.add(name);
    if (status === "failed") failed.add(name);
  }
  return [...failed].filter((name) => passed.has(name));
}

function* resultsIn(streams: readonly string[]): Generator<TestResult> {
  for (const text of streams) {
    const lines = linesOf(text);
    for (const reader of READERS) {
      for (const { name, status } of reader(lines)) yield { name: name.slice(0, MAX_NAME), status };
    }
  }
}

/** What was printed, line by line, without colours and without the ends of very long lines. */
export function linesOf(text: string): readonly string[] {
  // eslint-style output has lines of megabytes, and no name of a test is among them.
  return text.split(/\r?\n/).map((line) => withoutColours(line.slice(0, MAX_LINE)));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what a colour begins with.
const COLOUR = /\u001b\[[0-9;]*m/g;

function withoutColours(line: string): string {
  return line.replace(COLOUR, "");
}
