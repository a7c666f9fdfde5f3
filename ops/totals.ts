/** Counting what a test run really did. */

export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

export const NOTHING: Totals = { passed: 0, failed: 0 };

export function plus(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}

// The last lines of `bun test`. Its JUnit report would be easier to read, but it leaves out files
// that could not be loaded (measured on Bun 1.4.5); the summary counts each as a failure.
const RAN = /^Ran (\d+) tests? across \d+ files?\./gm;
const COUNT = /^ *(\d+) (pass|fail|skip|todo)$/gm;

/**
 * The totals of one `bun test` run.
 *
 * A run that ends without a summary has crashed, or a test called `process.exit(0)`: whatever it
 * returned, it counts as one failure. So does a summary whose numbers do not add up, because then a
 * test has printed something that looks like one, and a failure without a failed test (coverage).
 */
export function testTotals(output: string, exitCode: number): Totals {
  const ran = [...output.matchAll(RAN)].at(-1);
  if (ran === undefined) return { passed: 0, failed: 1 };
  const counts = countsBefore(output.slice(0, ran.index));
  const sum = counts.pass + counts.fail + counts.skip + counts.todo;
  const trusted = sum === Number(ran[1]);
  const failed = Math.max(counts.fail, exitCode === 0 && trusted ? 0 : 1);
  return { passed: trusted ? counts.pass : 0, failed };
}

/** The counts of the last summary: the last line of each kind after the last blank line before it. */
function countsBefore(output: string): Record<"pass" | "fail" | "skip" | "todo", number> {
  const counts = { pass: 0, fail: 0, skip: 0, todo: 0 };
  const block = output.slice(output.lastIndexOf("\n\n") + 1);
  for (const [, count, kind] of block.matchAll(COUNT)) {
    if (kind === "pass" || kind === "fail" || kind === "skip" || kind === "todo") {
      counts[kind] = Number(count);
    }
  }
  return counts;
}

/** The least share of a file that tests must run, from 0 to 1. */
export interface Threshold {
  readonly lines: number;
  readonly functions: number;
}

// A row of the coverage table: path, then per cent of the functions and of the lines.
const ROW = /^ (\S+) +\| +([\d.]+) \| +([\d.]+) \|/gm;

/** The files that fail a run by their coverage; `bun test` ends with 1 for them, but does not say so. */
export function tooLittleCovered(output: string, { lines, functions }: Threshold): string[] {
  return [...output.matchAll(ROW)]
    .filter(([, , ran, run]) => Number(ran) / 100 < functions || Number(run) / 100 < lines)
    .map(([, path, ran, run]) => `${path}: ${ran} % of functions, ${run} % of lines`);
}

/** The output of a test run without its table of coverage: one row per file hides what matters. */
export function withoutCoverage(output: string): string {
  return output.replace(/^-+\|[\s\S]*^-+\|[-|]+\n/m, "");
}

// A file's name on a line of its own, a failed test, or an error: of `expect`, or one with its stack.
const FAILURE =
  /^(?<file>\S+\.test\.ts):$|^\(fail\) .*(?:\n {2}\^ .*)?|^error: (?=expect\(|.*\n(?:.*\n){0,20}? {6}at ).*(?:\n(?!\((?:pass|fail)\) |error: |\d+ \| |\S+\.test\.ts:$| \d+ pass$).*){0,25}/gm;

/**
 * What failed in a run of `bun test`: for each file its name, then its failed tests and the errors.
 *
 * A log is often kept from its end: there, these lines say what the count does not.
 */
export function failures(output: string): readonly string[] {
  const found: string[] = [];
  let file: string | undefined;
  for (const match of output.matchAll(FAILURE)) {
    const name = match.groups?.["file"];
    if (name !== undefined) {
      file = name;
      continue;
    }
    if (file !== undefined) found.push(file);
    file = undefined;
    found.push(match[0].trimEnd());
  }
  return found;
}

/** The closing line, in the form that test tools agree on. */
export function closingLine({ passed, failed }: Totals): string {
  return `${passed} passed, ${failed} failed`;
}

/** Durations of test files in milliseconds by their paths, as `bun test --update-timings` writes them. */
export type Durations = Readonly<Record<string, number>>;

/** The files that took longest, a line each, the longest first. */
export function longestFiles(durations: Durations, count: number): readonly string[] {
  return Object.entries(durations)
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([path, ms]) => `${(ms / 1000).toFixed(1).padStart(7)} s   ${path}`);
}

/** Of lines as `test/spent-times.ts` writes them. @returns milliseconds by the file, at least 1. */
export function spentTimes(lines: string): Durations {
  const found = [...lines.matchAll(/^(\S+) (\d+)$/gm)];
  return Object.fromEntries(found.map(([, path = "", ms]) => [path, Math.max(1, Number(ms))]));
}
