/** Stage S6: what main's tools could do, they can still do; no other tool's requests go to a new tool. */

import { canonicalJson } from "#core/canonical-json.ts";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { callTool } from "#tools/contract/call.ts";
import type { ToolCase } from "#tools/contract/cases.ts";
import type { CallOutcome } from "#tools/contract/outcome.ts";
import { readContract } from "#tools/contract/read-contract.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { inParallel, STANDARD } from "../oracle/ask.ts";
import { showJson } from "../oracle/compare.ts";
import { emptyEnvironment } from "../oracle/grants.ts";
import { meets, showOutcome } from "../oracle/judge-answer.ts";
import { fitting } from "../oracle/schema.ts";
import { skippedMessage } from "../oracle/skipped.ts";
import { openTool, type ToolUnderTest } from "../oracle/tool-under-test.ts";
import { failingTests } from "../quality/own-tests.ts";
import { type FoundTest, lostPart, testsIn } from "../quality/test-titles.ts";
import type { Objection } from "../stages.ts";
import { contractDrift } from "./contract-drift.ts";
import { slowDown } from "./cost.ts";
import { grown, reachesOut } from "./grown.ts";
import { otherAnswers } from "./other-answers.ts";
import { otherInEnvironments } from "./other-in-environments.ts";
import { sameFiles } from "./same-files.ts";
import { type FirstHit, shadowed } from "./shadowing.ts";

type Tools = ReadonlyMap<string, ToolFolder>;

export interface RegressionOptions {
  readonly signal: AbortSignal;
  readonly firstHit?: FirstHit | undefined;
  /** Capabilities that a new tool may have without a human. @default none that reaches out */
  readonly approvedCapabilities?: readonly string[] | undefined;
}

/** Of a busy machine: processor time is what ends a call. */
const PATIENT = { ...POLICIES.generatedTool, wallMs: 60_000 };

/** Of a part of a test, in characters. */
const EXCERPT_CHARACTERS = 100;

const TESTS: readonly string[] = ["tool.test.ts", "test_tool.py"];

/** What objects to a change of one tool, and what a human has to decide of it. */
interface Losses {
  readonly lost: readonly string[];
  readonly held: readonly string[];
}

/**
 * Main's own cases, tests and contract against the tools as they would be: what passes may only grow. A tool
 * whose files did not change is not called, for its answers cannot have changed.
 *
 * @returns why it may not be merged, or why a human decides, if either.
 */
export async function findRegression(
  before: Tools,
  after: Tools,
  options: RegressionOptions,
): Promise<Objection | undefined> {
  const gone = [...before.keys()].filter((name) => !after.has(name));
  const lost = [...(await shadowed(before, after, options.firstHit))];
  const held = [
    ...gone.map((name) => `${name}: the tool is gone`),
    ...newReach(before, after, options.approvedCapabilities ?? []),
  ];
  for (const [name, old] of before) {
    const now = after.get(name);
    if (now === undefined || sameFiles(old, now)) continue;
    const found = await lostBy(old, now, options.signal);
    lost.push(...found.lost.map((problem) => `${name}: ${problem}`));
    held.push(...found.held.map((problem) => `${name}: ${problem}`));
  }
  if (lost[0] !== undefined) return { reason: lost[0], details: [...lost, ...held] };
  const [reason] = held;
  return reason === undefined ? undefined : { result: "hold", reason, details: held };
}

/** What tools may reach that main does not have, or whose contract there cannot be read. */
function newReach(before: Tools, after: Tools, approved: readonly string[]): readonly string[] {
  return [...after].flatMap(([name, folder]) => {
    const old = before.get(name);
    if (old !== undefined && (sameFiles(old, folder) || !("kind" in readContract(old)))) return [];
    const read = readContract(folder);
    const reached = "kind" in read ? [] : reachesOut(read.spec, approved);
    return reached.map((problem) => `${name}: ${problem}`);
  });
}

/** Cheapest first, and no more than what objects. */
async function lostBy(old: ToolFolder, now: ToolFolder, signal: AbortSignal): Promise<Losses> {
  const [was, is] = [openTool(old), openTool(now)];
  // What main has and cannot be read cannot be lost; what the candidate has was read by the stages before.
  if (!("contract" in was && "contract" in is)) return { lost: [], held: [] };
  const corrected = correctedCases(was, is);
  const held = [
    ...corrected.values(),
    ...grown(was.contract, is.contract),
    ...weakerTests(was, is),
  ];
  const written = [
    ...lostTests(was, is, corrected.size > 0),
    ...lostCases(was, is, corrected),
    ...contractDrift(was.contract, is.contract, was.cases),
  ];
  if (written.length > 0) return { lost: written, held };
  const retained = was.cases.filter((_one, index) => !corrected.has(index));
  const answered = await lostAnswers(was, is, { retained, signal });
  if (answered.length > 0) return { lost: answered, held };
  const tests = await oldTestsFail(was, is, signal);
  if (tests.length > 0) {
    // Tests of an answer that was wrong are wrong with it: a human sees both.
    return corrected.size > 0 ? { lost: [], held: [...held, ...tests] } : { lost: tests, held };
  }
  const skippedMessages = new Set<string>();
  const inside = {
    signal,
    onSkipped: (what: string) => void skippedMessages.add(skippedMessage(what)),
  };
  const other = [
    ...(await otherAnswers(was, is, inside)),
    ...(await otherInEnvironments(was, is, inside)),
  ];
  held.push(...skippedMessages);
  // Where chance or a clock has its part no case can say which answer is right: a human does.
  const mayDiffer = !was.contract.deterministic || declaresChange(was, is, corrected);
  if (other.length > 0 && !mayDiffer) return { lost: other, held };
  const takes = fitting(was.contract.input);
  const inputs = retained.map(({ input }) => input).filter(takes);
  const comparison = { before: old, after: now, schema: was.contract.input, inputs, signal };
  return { lost: await slowDown(comparison), held: [...held, ...other] };
}

/** Whether a new case says that something is to be answered otherwise; then a human sees what else is. */
function declaresChange(
  was: ToolUnderTest,
  is: ToolUnderTest,
  corrected: ReadonlyMap<number, string>,
): boolean {
  const takes = fitting(was.contract.input);
  const existing = new Set(was.cases.map(canonicalJson));
  return (
    corrected.size > 0 ||
    is.cases.some((one) => !existing.has(canonicalJson(one)) && takes(one.input))
  );
}

function lostTests(was: ToolUnderTest, is: ToolUnderTest, isCorrected: boolean): readonly string[] {
  return TESTS.flatMap((file) => {
    const [old, now] = [testsOf(was, file), testsOf(is, file)];
    if (old === undefined) return [];
    if (now === undefined) return [`${file} is gone; keep it`];
    const gone = isCorrected ? [] : [...old.keys()].filter((title) => !now.has(title));
    return gone.map((title) => `the test ${JSON.stringify(title)} of ${file} is gone; keep it`);
  });
}

/** Tests that keep their title and ask less than they did, or something else. */
function weakerTests(was: ToolUnderTest, is: ToolUnderTest): readonly string[] {
  return TESTS.flatMap((file) => {
    const now = testsOf(is, file);
    return [...(testsOf(was, file) ?? [])].flatMap(([title, had]) => {
      const has = now?.get(title) ?? had;
      const subject = `the test ${JSON.stringify(title)} of ${file}`;
      if (has.assertions < had.assertions) {
        return [
          `${subject} asserts ${has.assertions} times, main's ${had.assertions} times; keep each of them`,
        ];
      }
      const lost = lostPart(had, has);
      if (lost === undefined) return [];
      return [
        `${subject} is another test than main's, by ${JSON.stringify(lost.slice(0, EXCERPT_CHARACTERS))}; keep that, and add tests beside it`,
      ];
    });
  });
}

function testsOf(
  { folder, contract }: ToolUnderTest,
  file: string,
): ReadonlyMap<string, FoundTest> | undefined {
  const source = folder.files.get(file);
  return source === undefined ? undefined : testsIn(source, contract.language);
}

/** Cases of main whose input has another answer now, by their index, with what a human reads. */
function correctedCases({ cases }: ToolUnderTest, is: ToolUnderTest): ReadonlyMap<number, string> {
  const answers = new Map(is.cases.map((one) => [canonicalJson(one.input), one]));
  return new Map(
    cases.flatMap((one, index) => {
      const now = answers.get(canonicalJson(one.input));
      if (now === undefined || canonicalJson(now) === canonicalJson(one)) return [];
      const summary = `input ${showJson(one.input)} · main says ${expected(one)} · now ${expected(now)}`;
      return [[index, `case ${index + 1} of main has another answer: ${summary}`] as const];
    }),
  );
}

function expected(one: ToolCase): string {
  return "error" in one ? `the failure ${one.error}` : showJson(one.output);
}

function lostCases(
  { cases }: ToolUnderTest,
  is: ToolUnderTest,
  corrected: ReadonlyMap<number, string>,
): readonly string[] {
  const retained = new Set(is.cases.map(canonicalJson));
  return cases.flatMap((one, index) =>
    retained.has(canonicalJson(one)) || corrected.has(index)
      ? []
      : [`case ${index + 1} of main is gone (cases.json): input ${showJson(one.input)}; keep it`],
  );
}

async function lostAnswers(
  { folder: old, cases }: ToolUnderTest,
  { folder: now }: ToolUnderTest,
  { retained, signal }: { readonly retained: readonly ToolCase[]; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const losses = await inParallel(retained, async (one) => {
    const [was, is] = [await outcomeOf(old, one, signal), await outcomeOf(now, one, signal)];
    if (!meets(was, one) || meets(is, one)) return [];
    const summary = `input ${showJson(one.input)} · expected ${expected(one)} · got ${showOutcome(is)}`;
    return [`case ${cases.indexOf(one) + 1} of main passes no more: ${summary}`];
  });
  return losses.flat();
}

async function outcomeOf(
  tool: ToolFolder,
  { input }: Pick<ToolCase, "input">,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const options = { ...STANDARD, capabilities: emptyEnvironment(), policy: PATIENT, signal };
  const outcome = await callTool(tool, input, options);
  signal.throwIfAborted();
  return outcome;
}

/** What main's tests of the tool say of the tool as it would be; nothing when they pass. */
async function oldTestsFail(
  was: ToolUnderTest,
  is: ToolUnderTest,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const changed = TESTS.filter((file) => was.folder.files.get(file) !== is.folder.files.get(file));
  const tests = changed.flatMap((file) => {
    const text = was.folder.files.get(file);
    return text === undefined ? [] : [[file, text] as const];
  });
  const [file = ""] = tests[0] ?? [];
  if (file === "") return [];
  const tool = { ...is, folder: { ...is.folder, files: new Map([...is.folder.files, ...tests]) } };
  const failing = await failingTests(tool, { signal });
  if (failing === undefined) return [];
  return [`main's tests of it fail (${file} of main): ${failing.reason}`, ...failing.details];
}
