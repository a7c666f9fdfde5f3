/** Stage S6: what main's tools could do, they can still do; nobody else's requests go to a new tool. */

import { canonicalJson } from "#core/canonical-json.ts";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { callTool } from "#tools/contract/call.ts";
import type { ToolCase } from "#tools/contract/cases.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { inParallel, STANDARD } from "../oracle/ask.ts";
import { emptyWorld } from "../oracle/grants.ts";
import { meets } from "../oracle/judge-answer.ts";
import { type JudgedTool, openTool } from "../oracle/judged-tool.ts";
import { fitting } from "../oracle/schema.ts";
import { testsNotice } from "../quality/own-tests.ts";
import type { Objection } from "../stages.ts";
import { contractDrift } from "./contract-drift.ts";
import { slowDown } from "./cost.ts";
import { type FirstHit, shadowed } from "./shadowing.ts";

type Tools = ReadonlyMap<string, ToolFolder>;

export interface RegressionOptions {
  readonly signal: AbortSignal;
  readonly firstHit?: FirstHit | undefined;
}

/** Of a busy machine: processor time is what ends a call. */
const PATIENT = { ...POLICIES.generatedTool, wallMs: 60_000 };

const TESTS: readonly string[] = ["tool.test.ts", "test_tool.py"];

/**
 * Main's own cases, tests and contract against the tools as they would be: what passes may only grow. A tool
 * whose files did not change is not asked, for its answers cannot have changed.
 *
 * @returns why it may not be merged, if it may not.
 */
export async function findRegression(
  before: Tools,
  after: Tools,
  options: RegressionOptions,
): Promise<Objection | undefined> {
  const lost = [...(await shadowed(before, after, options.firstHit))];
  for (const [name, old] of before) {
    const now = after.get(name);
    if (now === undefined) lost.push(`${name}: the tool is gone`);
    else if (!sameFiles(old, now)) {
      const problems = await lostBy(old, now, options.signal);
      lost.push(...problems.map((problem) => `${name}: ${problem}`));
    }
  }
  const [reason] = lost;
  return reason === undefined ? undefined : { reason, details: lost };
}

/** Cheapest first, and no more than what objects. */
async function lostBy(
  old: ToolFolder,
  now: ToolFolder,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const [was, is] = [openTool(old), openTool(now)];
  // What main has and nobody can read cannot be lost; what the candidate has was read by the stages before.
  if (!("contract" in was && "contract" in is)) return [];
  const written = [
    ...lostTests(was, is),
    ...lostCases(was, is),
    ...contractDrift(was.contract, is.contract, was.cases),
  ];
  if (written.length > 0) return written;
  const answered = await lostAnswers(was, is, signal);
  if (answered.length > 0) return answered;
  if (await oldTestsFail(was, is, signal)) return ["main's tests of it fail"];
  const takes = fitting(was.contract.input);
  const inputs = was.cases.map(({ input }) => input).filter(takes);
  return await slowDown({ before: old, after: now, schema: was.contract.input, inputs, signal });
}

function lostTests(was: JudgedTool, is: JudgedTool): readonly string[] {
  return TESTS.filter((file) => was.folder.files.has(file) && !is.folder.files.has(file)).map(
    (file) => `${file} is gone`,
  );
}

function lostCases({ cases }: JudgedTool, is: JudgedTool): readonly string[] {
  const kept = new Set(is.cases.map(canonicalJson));
  return cases.flatMap((one, index) =>
    kept.has(canonicalJson(one)) ? [] : [`case ${index + 1} of main is gone`],
  );
}

async function lostAnswers(
  { folder: old, cases }: JudgedTool,
  { folder: now }: JudgedTool,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const said = await inParallel(cases, async (one) => ({
    was: await passes(old, one, signal),
    is: await passes(now, one, signal),
  }));
  return said.flatMap(({ was, is }, index) =>
    was && !is ? [`case ${index + 1} of main passes no more`] : [],
  );
}

async function passes(tool: ToolFolder, one: ToolCase, signal: AbortSignal): Promise<boolean> {
  const world = { ...STANDARD, capabilities: emptyWorld(), policy: PATIENT, signal };
  const outcome = await callTool(tool, one.input, world);
  signal.throwIfAborted();
  return meets(outcome, one);
}

/** Main's tests of the tool, run on the tool as it would be. */
async function oldTestsFail(
  was: JudgedTool,
  is: JudgedTool,
  signal: AbortSignal,
): Promise<boolean> {
  const changed = TESTS.filter((file) => was.folder.files.get(file) !== is.folder.files.get(file));
  const tests = changed.flatMap((file) => {
    const text = was.folder.files.get(file);
    return text === undefined ? [] : [[file, text] as const];
  });
  if (tests.length === 0) return false;
  const files = new Map([...is.folder.files, ...tests]);
  const file = is.contract.language === "ts" ? "tool.ts" : "tool.py";
  const tool = { ...is, folder: { ...is.folder, files } };
  return await testsNotice(tool, { file, source: is.source }, { signal });
}

function sameFiles(one: ToolFolder, other: ToolFolder): boolean {
  return (
    one.files.size === other.files.size &&
    [...one.files].every(([name, text]) => other.files.get(name) === text)
  );
}
