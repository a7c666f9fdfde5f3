/** Whether the declared cases notice a mistake: each mutant is asked all of them. */
import type { ToolCase } from "#tools/contract/cases.ts";
import { contentHash } from "#tools/contract/content-hash.ts";
import type { Contract } from "#tools/contract/spec.ts";
import { inParallel } from "../oracle/ask.ts";
import { sameJson, showJson } from "../oracle/compare.ts";
import { endOf } from "../oracle/judge-answer.ts";
import { cutInputs, nearInputs, renamedInputs } from "../oracle/near-inputs.ts";
import { Random } from "../oracle/random.ts";
import { fitting } from "../oracle/schema.ts";
import type { ToolUnderTest } from "../oracle/tool-under-test.ts";
import { askMany, type ManyAnswer, type ManyAnswers, reportSkipped } from "./ask-many.ts";
import { testsNotice } from "./own-tests.ts";
import type { ProgramParts } from "./program-parts.ts";
import type { Inside } from "./run-inside.ts";
import type { Influence, InputCounts } from "./unconfirmed.ts";

export interface MutationResult {
  readonly mutants: number;
  readonly killed: number;
  /** Line and change of each that no case noticed. */
  readonly survivors: readonly string[];
  /** Cases that fail although nothing was changed but words. */
  readonly twinProblems: readonly string[];
  /** What each mutant changes; empty where answers depend on more than arguments. */
  readonly influences: readonly Influence[];
  readonly counts: InputCounts;
}

/** How many inputs of each kind every mutant is asked behind the cases, in the same process. */
const NEAR = 12;

/** A mutant that never ends costs this much processor time at the least; all cases of an ordinary tool take a fifth. */
const LEAST_CPU_MS = 1000;
/** Of the twin: what it takes says how long a mutant may, and every input near the cases must have been asked. */
const TWIN = { cpuMs: 3000, starts: 4 };

/** Asks the twin first: where it answers otherwise, a killed mutant would mean nothing. */
export async function mutate(
  tool: ToolUnderTest,
  { mutants, twin }: ProgramParts,
  inside: Inside,
): Promise<MutationResult> {
  const fits = fitting(tool.contract.input);
  // What the contract refuses never reaches a tool.
  const cases = tool.cases.filter(({ input }) => fits(input));
  const kinds = needsEnvironment(tool.contract) ? [] : kindsOfInputs(tool, fits);
  const main = tool.contract.language === "ts" ? "tool.ts" : "tool.py";
  const asks = { cases, near: kinds.flat() };
  const same = await tried(tool, { file: main, source: twin, ...asks, ...TWIN }, inside);
  reportSkipped(same, "inputs like those of its cases", inside.onSkipped);
  // A slow tool's mutants take as long as it does: a busy machine must not end what an idle one lets through.
  const cpuMs = Math.max(LEAST_CPU_MS, Math.ceil(2 * same.cpuMs));
  const ask = (file: string, source: string) =>
    tried(tool, { file, source, ...asks, cpuMs, starts: 1 }, inside);
  // What is refused may be refused for many reasons; a case for each of them is not asked for.
  const results = kinds.map((kind, at) => {
    const first = kinds.slice(0, at).flat().length;
    return [...kind.keys()]
      .map((index) => first + index)
      .filter((index) => same.answers[index] !== undefined && !same.answers[index]?.failure);
  });
  const counts = { cases: cases.length, near: results.map(({ length }) => length) };
  const twinProblems = same.problems.map(({ problem }) => problem);
  if (twinProblems.length > 0) {
    return {
      ...{ mutants: 0, killed: 0, survivors: [], twinProblems },
      influences: [],
      counts,
    };
  }
  const outcomes = await inParallel(mutants, async (mutant) => {
    const { problems, answers } = await ask(mutant.file, mutant.source);
    // What ended the process, as processor time on a busy machine does, says nothing of the inputs behind it.
    const isChanged = (index: number) =>
      answers[index] !== undefined && !isSame(answers[index], same.answers[index]);
    // What comes from the environment cannot stand in a case; there the tests say what is right.
    const isNoticed =
      problems.length > 0 ||
      (needsEnvironment(tool.contract) && (await testsNotice(tool, mutant, inside)));
    const changed = results.map((kind) => kind.filter(isChanged).length);
    return { isNoticed, cases: problems.map(({ index }) => index), near: changed };
  });
  const influences = mutants.flatMap(({ file, line, change }, index) => {
    const outcome = outcomes[index];
    const changeText = `${file === main ? "" : `${file} `}line ${line}: ${change}`;
    return outcome === undefined ? [] : [{ ...outcome, change: changeText }];
  });
  const survivors = influences.filter(({ isNoticed }) => !isNoticed).map(({ change }) => change);
  const killed = mutants.length - survivors.length;
  return { mutants: mutants.length, killed, survivors, twinProblems, influences, counts };
}

/** The same for the same tool, so that no maker waits for a better draw. */
function kindsOfInputs(
  tool: ToolUnderTest,
  fits: (input: unknown) => boolean,
): readonly (readonly unknown[])[] {
  const random = new Random(Number.parseInt(contentHash(tool.folder).slice(0, 8), 16));
  const options = { fits, count: NEAR, random };
  const like = [...nearInputs(tool.cases, options), ...renamedInputs(tool.cases, options)];
  return [like, cutInputs(tool.cases, options)].map((kind) => kind.map(({ input }) => input));
}

/** Whether answers depend on more than the arguments. */
export function needsEnvironment({ capabilities }: Pick<Contract, "capabilities">): boolean {
  return capabilities.length > 0;
}

interface Trial {
  readonly file: string;
  readonly source: string;
  readonly cases: readonly ToolCase[];
  readonly near: readonly unknown[];
  /** Processor time of a process in milliseconds, and how many there may be. */
  readonly cpuMs: number;
  readonly starts: number;
}

interface Tried extends Pick<ManyAnswers, "killed" | "isCutShort"> {
  /** The cases that do not come out as declared. */
  readonly problems: readonly { readonly index: number; readonly problem: string }[];
  /** To the inputs that are near. */
  readonly answers: readonly ManyAnswer[];
  /** Processor time in milliseconds. */
  readonly cpuMs: number;
}

async function tried(
  tool: ToolUnderTest,
  { file, source, cases, near, ...limits }: Trial,
  inside: Inside,
): Promise<Tried> {
  const inputs = [...cases.map(({ input }) => input), ...near];
  const batch = { inputs, instead: { [file]: source }, ...limits };
  const { answers, killed, cpuMs, isCutShort } = await askMany(tool, batch, inside);
  const problems = cases.flatMap((toolCase, index) => {
    const answer = answers[index];
    if (answer !== undefined && isExpected(answer, toolCase)) return [];
    const got =
      answer?.failure?.message ?? (answer === undefined ? endOf(killed) : showJson(answer.value));
    return [{ index, problem: `input ${showJson(toolCase.input)} gave ${got}` }];
  });
  return { problems, answers: answers.slice(cases.length), cpuMs, killed, isCutShort };
}

function isSame(a: ManyAnswer, b: ManyAnswer): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.failure?.code === b.failure?.code && sameJson(a.value ?? null, b.value ?? null);
}

function isExpected({ value, failure }: NonNullable<ManyAnswer>, toolCase: ToolCase): boolean {
  if (!("error" in toolCase)) return failure === undefined && sameJson(value, toolCase.output);
  return (
    failure?.code === toolCase.error || failure?.message.startsWith(`${toolCase.error}:`) === true
  );
}
