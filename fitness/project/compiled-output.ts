/** What the runners of compiled languages print: go test and cargo test. */
import type { TestResult, TestStatus } from "./test-result.ts";

const GO_LINE = /^ *--- (PASS|FAIL|SKIP): (\S+) \([\d.]+s\)$/;
const GO_PACKAGE = /^(?:ok|FAIL|---)\s+(\S+)\s+(?:[\d.]+s|\(cached\)|\[.+\])/;
const GO_STATUS: Readonly<Record<string, TestStatus>> = {
  PASS: "passed",
  FAIL: "failed",
  SKIP: "skipped",
};

/**
 * `go test -v`; the name of a package follows its tests.
 *
 * @see https://pkg.go.dev/cmd/go#hdr-Test_packages
 */
export function* goTests(lines: readonly string[]): Generator<TestResult> {
  let ofPackage: TestResult[] = [];
  for (const line of lines) {
    const [, word = "", name] = GO_LINE.exec(line) ?? [];
    if (name !== undefined) ofPackage.push({ name, status: GO_STATUS[word] ?? "skipped" });
    const packageName = GO_PACKAGE.exec(line)?.[1];
    if (packageName === undefined || name !== undefined) continue;
    if (/^FAIL\s.*\[(?:build|setup) failed\]/.test(line))
      yield { name: packageName, status: "failed" };
    for (const test of ofPackage) yield { ...test, name: `${packageName} ${test.name}` };
    ofPackage = [];
  }
  yield* ofPackage;
}

const CARGO_LINE = /^test (.+?) \.\.\. (ok|FAILED|ignored)(?:,.*)?$/;
const CARGO_PROGRAM = /^\s+(?:Running (?:unittests )?(\S+) \(|Doc-tests (\S+)$)/;
const CARGO_STATUS: Readonly<Record<string, TestStatus>> = { ok: "passed", FAILED: "failed" };

/**
 * `cargo test`. It tells on one stream which program runs and on the other what becomes of the tests, so a name has its
 * program in front only where both were led into one.
 *
 * @see https://doc.rust-lang.org/rustc/tests/index.html
 */
export function* cargoTests(lines: readonly string[]): Generator<TestResult> {
  if (!lines.some((line) => /^running \d+ tests?$/.test(line))) return;
  let suite = "";
  for (const line of lines) {
    const [, program, crate] = CARGO_PROGRAM.exec(line) ?? [];
    suite = program ?? crate ?? suite;
    const [, name, word = ""] = CARGO_LINE.exec(line) ?? [];
    if (name === undefined) continue;
    const full = name.replace(/ - should panic$/, "");
    const status = CARGO_STATUS[word] ?? "skipped";
    yield { name: suite === "" ? full : `${suite} ${full}`, status };
  }
}
