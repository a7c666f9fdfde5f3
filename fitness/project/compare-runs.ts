/** P1: how a check fares on a candidate, against how it fares on the base. Pure functions of what was run. */

import { counted } from "#core/text/counted.ts";
import { exitText } from "#platform/sandbox/exit-status.ts";
import type { KillReason } from "#platform/sandbox/result.ts";
import { fewOf, type ProjectFinding, quoted, type Severity } from "./finding.ts";
import { neededHost } from "./needs-network.ts";
import { MAX_TESTS } from "./read-tests.ts";
import { type CheckRun, passed } from "./run-checks.ts";
import type { TestResult, TestStatus } from "./test-result.ts";

/** What is worse on the candidate. */
export interface Regression {
  /** The check passed and does not, or it ended by itself and does not. */
  readonly whole: boolean;
  /** Tests that passed and fail. */
  readonly broken: readonly string[];
  /** Tests that fail and were not there. */
  readonly newFailing: readonly string[];
  /** The check fails, and of the tests that passed before none ran. */
  readonly nothingRan: boolean;
}

/** @returns what is worse; `undefined` when nothing that passed stopped passing. */
export function regressionOf(base: CheckRun, candidateRun: CheckRun): Regression | undefined {
  const candidate = trusted(base, candidateRun);
  const before = statuses(base);
  const failing = namesOf(candidate, "failed");
  const broken = failing.filter((name) => before.get(name) === "passed");
  const newFailing = failing.filter((name) => !before.has(name));
  const isStopped = candidate.stopped !== null && base.stopped === null;
  const whole = isStopped || (passed(base) && !passed(candidate));
  const ran = !base.tests.some(isPrintedPass) || candidate.tests.some(isPrintedPass);
  const ranAny = namesOf(base, "passed").length === 0 || namesOf(candidate, "passed").length > 0;
  const nothingRan = !passed(candidate) && !(ran && ranAny);
  const isWorse = whole || broken.length > 0 || nothingRan;
  return isWorse ? { whole, broken, newFailing, nothingRan } : undefined;
}

/**
 * Any program of a check can write a report file: one that tells well of a test speaks for no test that the runner itself
 * named on the base. That a test fails is taken from anywhere.
 */
function trusted(base: CheckRun, candidate: CheckRun): CheckRun {
  if (!candidate.tests.some(({ isReported }) => isReported)) return candidate;
  const printed = new Set(base.tests.flatMap((one) => (one.isReported ? [] : [one.name])));
  const tests = candidate.tests.filter(
    ({ name, status, isReported }) => !isReported || status === "failed" || !printed.has(name),
  );
  return { ...candidate, tests };
}

function isPrintedPass({ status, isReported }: TestResult): boolean {
  return status === "passed" && !isReported;
}

/** Of two runs on the base, what both agree on to be well. */
export function strictest(first: CheckRun, second: CheckRun): CheckRun {
  const worse = passed(first) ? second : first;
  return { ...worse, tests: merged(first, second, WORSE) };
}

/** Of two runs on the candidate, what either of them shows to be well. */
export function kindest(first: CheckRun, second: CheckRun): CheckRun {
  const better = passed(first) || second.stopped !== null ? first : second;
  return { ...better, tests: merged(first, second, BETTER) };
}

const WORSE: readonly TestStatus[] = ["failed", "skipped", "passed"];
const BETTER: readonly TestStatus[] = ["passed", "skipped", "failed"];

function merged(
  first: CheckRun,
  second: CheckRun,
  order: readonly TestStatus[],
): readonly TestResult[] {
  const tests = new Map(first.tests.map((one) => [one.name, one]));
  for (const test of second.tests) {
    const other = tests.get(test.name) ?? test;
    const status = order.find((one) => one === test.status || one === other.status) ?? test.status;
    tests.set(test.name, test.status === status ? test : other);
  }
  return [...tests.values()];
}

/** The comparison of a check on both trees, once it is known whether a regression came again. */
export interface ComparedRuns {
  readonly base: CheckRun;
  readonly candidate: CheckRun;
  /** A regression of the first two runs; what the repetition says of it. */
  readonly regression?:
    | { readonly first: Regression; readonly again: Regression | undefined }
    | undefined;
}

type Sides = Pick<ComparedRuns, "base" | "candidate">;

export function findingsOf({ regression, ...runs }: ComparedRuns): ProjectFinding[] {
  const { base } = runs;
  const candidate = trusted(base, runs.candidate);
  const check = `The check ${quoted(candidate.command)}`;
  if (regression !== undefined) {
    const { again, first } = regression;
    if (again !== undefined) {
      const text = regressionText(check, again, { base, candidate });
      return [say("refused", text), ...offline(check, { base, candidate })];
    }
    const which = named(first.broken.length > 0 ? first.broken : first.newFailing);
    const text = `${check} is not steady: on the same files it failed once and passed once${which}. Look at it, then decide.`;
    return [say("held", text)];
  }
  const sides = { base, candidate };
  const notes = [
    ...doubted(check, sides),
    ...bothFail(check, sides),
    ...offline(check, sides),
    ...masked(check, sides),
    ...full(check, sides),
  ];
  const fixed = fixedBy(base, candidate);
  if (!passed(base) && passed(candidate))
    notes.push(say("note", `${check} failed and passes now.`));
  if (fixed.length > 0) notes.push(say("note", `Fixed: ${fewOf(fixed.map(quoted))}.`));
  return [...notes, ...goneTests(check, sides)];
}

function regressionText(
  check: string,
  { whole, broken, newFailing, nothingRan }: Regression,
  runs: { readonly base: CheckRun; readonly candidate: CheckRun },
): string {
  const parts: string[] = [];
  if (broken.length > 0) parts.push(`passed and fail: ${fewOf(broken.map(quoted))}`);
  if (newFailing.length > 0) parts.push(`are new and fail: ${fewOf(newFailing.map(quoted))}`);
  const tests = parts.length === 0 ? "" : ` Tests that ${parts.join("; tests that ")}.`;
  if (whole) {
    const before = passed(runs.base) ? "passes" : `ends with ${exitText(runs.base.exit)}`;
    return `${check} ${before} on the base; on the candidate it twice ${endOf(runs.candidate)}.${tests}`;
  }
  if (nothingRan && broken.length === 0) {
    return `${check} runs none of the tests that passed on the base; it ${endOf(runs.candidate)}.${tests}`;
  }
  return `${check} has tests that fail on the candidate, twice, and passed on the base.${tests}`;
}

/** How a run ended, as the end of a sentence. */
export function endOf({ exit, stopped, ms }: Pick<CheckRun, "exit" | "stopped" | "ms">): string {
  if (stopped === null) return `ends with ${exitText(exit)}`;
  return `was stopped after ${Math.round(ms / 1000)} s: ${LIMITS[stopped]}`;
}

const LIMITS: Readonly<Record<KillReason, string>> = {
  wall: "it took too long",
  cpu: "it used too much CPU time",
  memory: "it used too much memory",
  output: "it printed too much",
  processes: "it started too many processes",
  disk: "it wrote too much",
  aborted: "it was interrupted",
};

function say(severity: Severity, text: string): ProjectFinding {
  return { stage: "P1", severity, text };
}

function named(tests: readonly string[]): string {
  return tests.length === 0 ? "" : ` (${fewOf(tests.map(quoted))})`;
}

/** Names that were not read are not missed. */
function* full(check: string, { base, candidate }: Sides): Generator<ProjectFinding> {
  if (Math.max(base.tests.length, candidate.tests.length) < MAX_TESTS) return;
  const count = MAX_TESTS.toLocaleString("en");
  yield say(
    "note",
    `${check} names ${count} tests, and no more are compared by name: of others its exit code alone counts. Several checks for parts of it compare all (org project checks --set).`,
  );
}

function* offline(check: string, { candidate }: Sides): Generator<ProjectFinding> {
  const host = passed(candidate) ? undefined : neededHost(candidate.tail);
  if (host === undefined) return;
  const where = host === "" ? "the network" : `the network (${quoted(host)})`;
  yield say(
    "note",
    `${check} looked for ${where}. Checks have none, and no lease gives them one: what it fetches has to lie in an ignored folder of your checkout, such as node_modules, .venv or vendor.`,
  );
}

function* bothFail(check: string, { base, candidate }: Sides): Generator<ProjectFinding> {
  if (passed(base) || passed(candidate)) return;
  const fresh = newlyFailing(base, candidate);
  const isNamed = candidate.tests.length > 0;
  const fixed = fixedBy(base, candidate);
  const reported = new Set(candidate.tests.flatMap((one) => (one.isReported ? [one.name] : [])));
  const isReported = fixed.length > 0 && fixed.every((name) => reported.has(name));
  const isBetter =
    fixed.length > 0 && !isReported && goneTests(check, { base, candidate }).length === 0;
  // That nothing is worse is not a success: the candidate may have been made to let this check pass.
  const how = !isNamed
    ? "it names no tests, so it proves nothing"
    : isBetter
      ? "no test that passed fails now"
      : isReported
        ? "only report files tell what is better, and tests can write those"
        : "no test that failed passes now";
  yield say(
    isBetter ? "note" : "held",
    `${check} fails on the base too (it ${endOf(candidate)}): ${how}.${missing(candidate)}`,
  );
  if (fresh.length > 0) {
    yield say("held", `${check} has new tests that fail: ${fewOf(fresh.map(quoted))}.`);
  }
}

/** What the user's own version does not print, a candidate was made to print. */
function newDoubts({ base, candidate }: Sides): readonly string[] {
  return candidate.doubts.filter((doubt) => !base.doubts.includes(doubt));
}

function* doubted(check: string, sides: Sides): Generator<ProjectFinding> {
  const doubts = newDoubts(sides);
  if (doubts.length === 0) return;
  const text = `${check} reports results that do not fit together, so the names of its tests prove nothing`;
  yield say("held", `${text}: ${fewOf(doubts)}.`);
}

/** Tests that fail and did not, though the exit code says that all is well. */
function* masked(check: string, { base, candidate }: Sides): Generator<ProjectFinding> {
  const fresh = passed(candidate) ? newlyFailing(base, candidate) : [];
  if (fresh.length === 0) return;
  const names = fewOf(fresh.map(quoted));
  yield say("held", `${check} ends with exit code 0, and has tests that fail: ${names}.`);
}

function newlyFailing(base: CheckRun, candidate: CheckRun): readonly string[] {
  const before = statuses(base);
  return namesOf(candidate, "failed").filter((name) => before.get(name) !== "failed");
}

function missing({ exit }: CheckRun): string {
  return exit === 127
    ? " A program that it calls is not in the sandbox: it sees /usr, the dependencies that were named, and versions of nvm, fnm, volta, pyenv, asdf, mise, sdkman and rustup."
    : "";
}

/** Tests that failed and pass. */
function fixedBy(base: CheckRun, candidate: CheckRun): readonly string[] {
  if (newDoubts({ base, candidate }).length > 0) return [];
  const before = statuses(base);
  return namesOf(candidate, "passed").filter((name) => before.get(name) === "failed");
}

/** P2: tests that passed or failed and are not run any more. */
function goneTests(check: string, { base, candidate }: Sides): readonly ProjectFinding[] {
  const after = statuses(candidate);
  const earlier = statuses(base);
  const isNew = candidate.tests.some(({ name }) => !earlier.has(name));
  return (["passed", "failed"] as const).flatMap((status) => {
    const before = namesOf(base, status);
    const gone = before.filter(
      (name) =>
        !after.has(name) && !(status === "failed" && isNew && isLoadFailure(name, candidate)),
    );
    const skipped = before.filter((name) => after.get(name) === "skipped");
    return [
      ...goneFinding(check, gone, `${status} on the base, and not run on the candidate`),
      ...goneFinding(check, skipped, `${status} on the base, and skipped on the candidate`),
    ];
  });
}

function goneFinding(
  check: string,
  names: readonly string[],
  what: string,
): readonly ProjectFinding[] {
  if (names.length === 0) return [];
  const text = `${check}: ${counted(names.length, "test")} ${what}: ${fewOf(names.map(quoted))}.`;
  return [{ stage: "P2", severity: "held", text }];
}

/** What runners name in the place of tests that they could not load or begin. */
const LOAD_FAILURE =
  /\(unnamed\)$|^[^:>]+\.(?:[cm]?[jt]sx?|py)$|\b_FailedTest\.|^(?:setUp|tearDown)(?:Class|Module)\b|\.(?:setUp|tearDown)(?:Class|Module)$/;

function isLoadFailure(name: string, { tests }: CheckRun): boolean {
  if (LOAD_FAILURE.test(name)) return true;
  // A package of Go; a test that has the name of another in front is not one.
  return /[./]/.test(name) && tests.some((test) => test.name.startsWith(`${name} `));
}

function statuses({ tests }: CheckRun): Map<string, TestStatus> {
  return new Map(tests.map(({ name, status }) => [name, status]));
}

function namesOf({ tests }: CheckRun, outcome: TestStatus): readonly string[] {
  return tests.filter(({ status }) => status === outcome).map(({ name }) => name);
}
