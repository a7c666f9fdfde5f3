/** Who has to change something after a failed validation. Pure. */
import type { ToolReport } from "../contract/validation.ts";
import { FILES } from "./draft.ts";
import type { Blamed } from "./progress.ts";

/** A validation that failed, and who was blamed for it. */
export interface Failure {
  readonly report: ToolReport;
  readonly verdict: Verdict;
}

export interface Verdict {
  readonly blamed: Blamed;
  readonly why: string;
  /** Cases to look at again, by index; only where the cases are blamed for being wrong. */
  readonly wrongCases: readonly number[];
}

/** So many programs of the same contract may fail at a case before the case is doubted. */
const PROGRAMS_BEFORE_DOUBT = 2;

/**
 * The program first; a test or a case is doubted, once, when it refuses the program again after two
 * attempts to mend it. Cases that let too much through are never the fault of the program alone.
 *
 * @param past earlier failures of this run, oldest first.
 */
export function blameFor(report: ToolReport, past: readonly Failure[]): Verdict {
  const failed = report.stages.find(({ ok }) => !ok);
  const details = failed?.details ?? [];
  const owner = ownerOf(details);
  if (owner !== undefined) return verdict(owner, `what was refused stands in ${owner}`);
  if (TESTS_AT_FAULT.test(failed?.reason ?? "")) {
    return verdict("tests", "the tests would not notice a wrong program");
  }
  if (failed?.stage === "test-quality" && !blamesTests(report)) {
    if (/^It answers otherwise/.test(failed.reason ?? "")) return verdict("code", BY_ITS_LOOKS);
    return past.at(-1)?.verdict.blamed === "cases"
      ? verdict("code", "more cases did not help: the program may hold what nothing needs")
      : verdict("cases", "the cases let too many wrong programs through");
  }
  const stubborn = stubbornCases(report, past);
  if (stubborn.length > 0) {
    const which = stubborn.map((index) => index + 1).join(", ");
    const why = `case ${which} refuses every program; the contract decides who is right`;
    return { blamed: "cases", why, wrongCases: stubborn };
  }
  if (testsAreStubborn(report, past)) {
    return verdict("tests", "the tests refuse every program; the contract decides who is right");
  }
  return verdict("code", "the program comes first");
}

const BY_ITS_LOOKS = "its answers depend on how it is written or called";

function verdict(blamed: Blamed, why: string): Verdict {
  return { blamed, why, wrongCases: [] };
}

/** Numbers of the declared cases that a report complains about, from 0. */
function failedCases(report: ToolReport): readonly number[] {
  const details = report.stages.find(({ ok }) => !ok)?.details ?? [];
  const numbers = details.flatMap((detail) => caseOf(detail) ?? []);
  return [...new Set(numbers)];
}

/** The case that a detail is about, from 0: details begin with its number, counted from 1. */
export function caseOf(detail: string): number | undefined {
  const number = /^case (\d+)\b/.exec(detail)?.[1];
  return number === undefined ? undefined : Number(number) - 1;
}

/** Static findings end with the file they stand in. */
function ownerOf(details: readonly string[]): Exclude<Blamed, "code"> | undefined {
  const owners = details.map((detail) => {
    const file = /\(([\w.-]+)(?::\d+)?\)$/.exec(detail)?.[1];
    if (file === "spec.json") return "spec";
    if (file === "cases.json") return "cases";
    return file !== undefined && TEST_FILES.includes(file) ? "tests" : undefined;
  });
  const [first] = owners;
  return owners.every((owner) => owner === first) ? first : undefined;
}

const TEST_FILES = Object.values(FILES).map(({ tests }) => tests);

function stubbornCases(report: ToolReport, past: readonly Failure[]): readonly number[] {
  // Once: a case that was looked at again stays what it is.
  if (past.some(({ verdict: { wrongCases } }) => wrongCases.length > 0)) return [];
  const before = past.slice(-PROGRAMS_BEFORE_DOUBT);
  if (before.length < PROGRAMS_BEFORE_DOUBT) return [];
  return failedCases(report).filter((index) =>
    before.every((one) => one.verdict.blamed === "code" && failedCases(one.report).includes(index)),
  );
}

function testsAreStubborn(report: ToolReport, past: readonly Failure[]): boolean {
  if (past.some(({ verdict: { blamed } }) => blamed === "tests")) return false;
  const before = past.slice(-PROGRAMS_BEFORE_DOUBT);
  return (
    before.length === PROGRAMS_BEFORE_DOUBT &&
    blamesTests(report) &&
    before.every((one) => one.verdict.blamed === "code" && blamesTests(one.report))
  );
}

/** What the validation says of tests that would be wrong beside any program. */
const TESTS_AT_FAULT =
  /^Its tests (?:also pass|were stopped|ended|end with|assert nothing|fail on the same)|holds no test|tests are skipped/;

/** The tests that came with it fail on it: either may be wrong. */
function blamesTests(report: ToolReport): boolean {
  const failed = report.stages.find(({ ok }) => !ok);
  return /^\d+ of its \d+ tests fail/.test(failed?.reason ?? "");
}
