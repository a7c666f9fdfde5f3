/**
 * Whether what a check printed can have come from its runner alone. A program that is tested writes to the same streams: it
 * can add names, and imitate an end. A runner names no more tests than it counts, and ends once; where that does not hold,
 * what is said of single tests proves nothing.
 */
import { quoted } from "./finding.ts";
import { isPytestEnd } from "./python-output.ts";
import { disputedTests, linesOf } from "./read-tests.ts";

/** Most doubts that are reported. */
const MAX_DOUBTS = 10;

type Doubter = (lines: readonly string[]) => Iterable<string>;

/**
 * @param streams what was written to each stream.
 * @returns one clause for each contradiction; a project whose own output has some is compared with itself.
 */
export function printedDoubts(streams: readonly string[]): readonly string[] {
  const doubts = new Set<string>();
  for (const text of streams) {
    const lines = linesOf(text);
    for (const doubter of DOUBTERS) for (const doubt of doubter(lines)) doubts.add(doubt);
  }
  for (const name of disputedTests(streams).slice(0, MAX_DOUBTS)) {
    doubts.add(`${quoted(name)} passes and fails`);
  }
  return [...doubts].slice(0, MAX_DOUBTS);
}

function* more(runner: string, named: number, counted: number): Generator<string> {
  if (named > counted) {
    yield `${runner} names more passing tests than it counts (${named} of ${counted})`;
  }
}

function* ending(runner: string, ends: number, isOpen: boolean): Generator<string> {
  if (isOpen) yield `${runner} names tests and does not end`;
  if (ends > 1) yield `${runner} ends ${ends} times`;
}

function* bunDoubts(lines: readonly string[]): Generator<string> {
  let [passing, counted, ends] = [0, 0, 0];
  let isList = false;
  for (const line of lines) {
    if (/^\d+ tests? (?:failed|skipped|todo):$/.test(line)) isList = true;
    // What a test printed without a line end stands before its result.
    if (!isList && /\(pass\) ./.test(line)) passing += 1;
    counted = Number(/^ +(\d+) pass$/.exec(line)?.[1] ?? counted);
    if (!/^Ran \d+ tests? across /.test(line)) continue;
    yield* more("bun test", passing, counted);
    [passing, counted, ends, isList] = [0, 0, ends + 1, false];
  }
  yield* ending("bun test", ends, passing > 0);
}

const POINT = /^( *)(?:not )?ok\b/;

function* tapDoubts(lines: readonly string[]): Generator<string> {
  const starts = lines.flatMap((line, index) => (/^TAP version \d+$/.test(line) ? [index] : []));
  for (const [index, start] of starts.entries()) {
    // What is printed while tests are loaded stands before the first line of TAP, and is read with it.
    const run = lines.slice(index === 0 ? 0 : start, starts[index + 1]);
    const points = run.flatMap((line) => POINT.exec(line)?.[1]?.length ?? []);
    const plans = run.flatMap((line) => /^1\.\.(\d+)/.exec(line)?.[1] ?? []).map(Number);
    const [plan] = plans;
    const top = points.filter((indent) => indent === 0).length;
    if (plan === undefined && top > 0) yield "TAP has no plan";
    if (plans.length > 1) yield `TAP has ${plans.length} plans`;
    if (plan !== undefined && top > plan) {
      yield `TAP has more results than its plan (${top} of ${plan})`;
    }
    yield* nodeCounts(run, points.length, "#");
  }
  if (starts.length > 1) yield `TAP ends ${starts.length} times`;
}

/** Node counts tests and suites apart, and names both. */
function* nodeCounts(lines: readonly string[], named: number, mark: string): Generator<string> {
  const countOf = (what: string): number | undefined => {
    const line = lines.findLast((one) => one.startsWith(`${mark} ${what} `));
    return line === undefined ? undefined : Number(line.slice(`${mark} ${what} `.length));
  };
  const [tests, suites = 0] = [countOf("tests"), countOf("suites")];
  if (tests !== undefined && named > tests + suites) {
    yield `node --test names more tests than it counts (${named} of ${tests + suites})`;
  }
}

function* specDoubts(lines: readonly string[]): Generator<string> {
  let named = 0;
  let ends = 0;
  let isFailures = false;
  for (const [index, line] of lines.entries()) {
    if (line === "✖ failing tests:") isFailures = true;
    if (/^ℹ tests \d+$/.test(line)) {
      yield* nodeCounts(lines.slice(index, index + 3), named, "ℹ");
      [named, ends, isFailures] = [0, ends + 1, false];
    } else if (!isFailures && /^ *[✔✖﹣] ./u.test(line)) named += 1;
  }
  if (ends > 1) yield `node --test ends ${ends} times`;
}

function* pytestDoubts(lines: readonly string[]): Generator<string> {
  let [begins, ends, passing] = [0, 0, 0];
  for (const line of lines) {
    if (/^=+ short test summary info =+$/.test(line)) [begins, passing] = [begins + 1, 0];
    if (begins > 0 && /^PASSED ./.test(line)) passing += 1;
    if (!isPytestEnd(line)) continue;
    ends += 1;
    yield* more("pytest", passing, Number(/(\d+) passed/.exec(line)?.[1] ?? 0));
    passing = 0;
  }
  if (begins > ends || (begins > 0 && passing > 0)) {
    yield `pytest begins ${begins} summaries and ends ${ends}`;
  }
  if (ends > 1) yield `pytest ends ${ends} times`;
}

function* unittestDoubts(lines: readonly string[]): Generator<string> {
  let [passing, ends, ran] = [0, 0, 0];
  let isVerbose = false;
  for (const line of lines) {
    if (/^\w+ \([\w.]+\)/.test(line)) isVerbose = true;
    if (isVerbose && /(?:^| \.\.\. )ok$/.test(line)) passing += 1;
    const count = /^Ran (\d+) tests? in [\d.]+s$/.exec(line)?.[1];
    if (count !== undefined) [ran, ends] = [Number(count), ends + 1];
    const end = /^(?:OK|FAILED)(?: \((.+)\))?$/.exec(line);
    if (end === null || ends === 0) continue;
    const others = [...(end[1] ?? "").matchAll(/(?:skipped|expected failures)=(\d+)/g)];
    const counted = others.reduce((rest, [, other]) => rest - Number(other), ran);
    yield* more("unittest", passing, Math.max(0, counted));
    passing = 0;
  }
  yield* ending("unittest", ends, ends > 0 && passing > 0);
}

function* goDoubts(lines: readonly string[]): Generator<string> {
  let begun = new Map<string, number>();
  let ended = new Map<string, number>();
  const packages = new Map<string, number>();
  const count = (map: Map<string, number>, name: string): unknown =>
    map.set(name, (map.get(name) ?? 0) + 1);
  for (const line of lines) {
    const [, start] = /^=== RUN +(\S+)$/.exec(line) ?? [];
    if (start !== undefined) count(begun, start);
    const [, end] = /^ *--- (?:PASS|FAIL|SKIP): (\S+) \([\d.]+s\)$/.exec(line) ?? [];
    if (end !== undefined) count(ended, end);
    const [, packageName] = /^(?:ok|FAIL)\s+(\S+)\s+(?:[\d.]+s|\(cached\)|\[.+\])/.exec(line) ?? [];
    if (packageName === undefined) continue;
    count(packages, packageName);
    yield* goPackage(begun, ended);
    [begun, ended] = [new Map(), new Map()];
  }
  for (const [name, times] of packages) {
    if (times > 1) yield `go test ends ${quoted(name)} ${times} times`;
  }
  if (ended.size > 0) yield "go test names tests and does not end";
}

function* goPackage(
  begun: ReadonlyMap<string, number>,
  ended: ReadonlyMap<string, number>,
): Generator<string> {
  for (const [name, times] of ended) {
    if (times > (begun.get(name) ?? 0))
      yield `go test ends ${quoted(name)} more often than it begins it`;
    if (times > 1) yield `go test ends ${quoted(name)} ${times} times in one package`;
  }
}

function* cargoDoubts(lines: readonly string[]): Generator<string> {
  let [begins, ends, passing] = [0, 0, 0];
  for (const line of lines) {
    if (/^running \d+ tests?$/.test(line)) begins += 1;
    if (begins > 0 && /^test .+ \.\.\. ok$/.test(line)) passing += 1;
    const [, counted] = /^test result: \w+\. (\d+) passed; /.exec(line) ?? [];
    if (counted === undefined) continue;
    ends += 1;
    yield* more("cargo test", passing, Number(counted));
    passing = 0;
  }
  if (begins !== ends && begins > 0)
    yield `cargo test begins ${begins} times and ends ${ends} times`;
  if (begins > 0 && passing > 0) yield "cargo test names tests and does not end";
}

const DOUBTERS: readonly Doubter[] = [
  bunDoubts,
  tapDoubts,
  specDoubts,
  pytestDoubts,
  unittestDoubts,
  goDoubts,
  cargoDoubts,
];
