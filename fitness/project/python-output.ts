/** What the runners of Python print: pytest and unittest. */
import type { TestResult, TestStatus } from "./test-result.ts";

const PYTEST_LINE = /^(PASSED|FAILED|ERROR|XPASS|XFAIL) (.+?)(?: - .*)?$/;
const PYTEST_STATUS: Readonly<Record<string, TestStatus>> = {
  PASSED: "passed",
  XPASS: "passed",
  FAILED: "failed",
  ERROR: "failed",
};
/** Before the last of these lines stands what tests have printed. */
const PYTEST_SUMMARY = /^=+ short test summary info =+$/;
const PYTEST_END =
  /^(?:=+ )?(?:\d+ [a-z]+(?: [a-z]+)?(?:, )?)+ in [\d.]+s(?: \([\d:]+\))?(?: =+)?$/;

/** Whether a line is the last one of a run of pytest, such as `2 passed, 1 failed in 0.07s`. */
export function isPytestEnd(line: string): boolean {
  return PYTEST_END.test(line);
}

/**
 * The summary that `-rA` asks for, of each run. Skipped tests have no names in it, only locations.
 *
 * @see https://docs.pytest.org/en/stable/how-to/output.html#producing-a-detailed-summary-report
 */
export function* pytestTests(lines: readonly string[]): Generator<TestResult> {
  let summary: TestResult[] | undefined;
  for (const line of lines) {
    if (PYTEST_SUMMARY.test(line)) summary = [];
    const [, word = "", name] = PYTEST_LINE.exec(line) ?? [];
    if (name !== undefined) summary?.push({ name, status: PYTEST_STATUS[word] ?? "skipped" });
    if (summary === undefined || !isPytestEnd(line)) continue;
    yield* summary;
    summary = undefined;
  }
  // With -qq there is no such line.
  yield* summary ?? [];
}

const UNITTEST_NAME = /^(\w+) \(([\w.]+)\)(?:$| \.\.\. )/;
const UNITTEST_RESULT = / \.\.\. (ok|FAIL|ERROR|skipped .*|expected failure|unexpected success)$/;
const UNITTEST_FAILURE = /^(?:FAIL|ERROR): (\w+) \(([\w.]+)\)/;

/**
 * `unittest -v` names every test, without it only those that fail. A test with a docstring has a second line.
 *
 * @see https://docs.python.org/3/library/unittest.html#command-line-options
 */
export function* unittestTests(lines: readonly string[]): Generator<TestResult> {
  if (!lines.some((line) => /^Ran \d+ tests? in [\d.]+s$/.test(line))) return;
  let name: string | undefined;
  for (const line of lines) {
    const [, failed, where = ""] = UNITTEST_FAILURE.exec(line) ?? [];
    if (failed !== undefined) yield { name: unittestName(failed, where), status: "failed" };
    const [, method, location = ""] = UNITTEST_NAME.exec(line) ?? [];
    if (method !== undefined) name = unittestName(method, location);
    const [, result] = UNITTEST_RESULT.exec(line) ?? [];
    if (result === undefined || name === undefined) continue;
    yield { name, status: unittestStatus(result) };
    name = undefined;
  }
}

// Since 3.11 the location ends with the name of the method, before with its class.
function unittestName(method: string, location: string): string {
  return location.endsWith(`.${method}`) ? location : `${location}.${method}`;
}

function unittestStatus(result: string): TestStatus {
  if (result === "ok") return "passed";
  return /^(?:FAIL|ERROR|unexpected success)$/.test(result) ? "failed" : "skipped";
}
