/** Whether the declared cases notice a mistake: each mutant is asked all of them. */
import type { ToolCase } from "#tools/contract/cases.ts";
import type { Contract } from "#tools/contract/spec.ts";
import { inParallel } from "../oracle/ask.ts";
import { sameJson, showJson } from "../oracle/compare.ts";
import type { JudgedTool } from "../oracle/judged-tool.ts";
import { fitting } from "../oracle/schema.ts";
import { askMany, type ManyAnswer } from "./ask-many.ts";
import { testsNotice } from "./own-tests.ts";
import type { ProgramParts } from "./program-parts.ts";
import type { Inside } from "./run-inside.ts";

export interface MutationResult {
  readonly mutants: number;
  readonly killed: number;
  /** Line and change of each that no case noticed. */
  readonly survivors: readonly string[];
  /** Cases that fail although nothing was changed but words. */
  readonly twinProblems: readonly string[];
}

/** Asks the twin first: where it answers otherwise, a killed mutant would mean nothing. */
export async function mutate(
  tool: JudgedTool,
  { mutants, twin }: ProgramParts,
  inside: Inside,
): Promise<MutationResult> {
  // What the contract refuses never reaches a tool.
  const cases = tool.cases.filter(({ input }) => fitting(tool.contract.input)(input));
  const main = tool.contract.language === "ts" ? "tool.ts" : "tool.py";
  const ask = (file: string, source: string) => unexpected(tool, { file, source, cases }, inside);
  const twinProblems = await ask(main, twin);
  if (twinProblems.length > 0) return { mutants: 0, killed: 0, survivors: [], twinProblems };
  const noticed = await inParallel(mutants, async (mutant) => {
    if ((await ask(mutant.file, mutant.source)).length > 0) return true;
    // What comes from the world cannot stand in a case; there the tests say what is right.
    return needsWorld(tool.contract) && (await testsNotice(tool, mutant, inside));
  });
  const survivors = mutants
    .filter((_mutant, index) => noticed[index] === false)
    .map(({ file, line, change }) => `${file === main ? "" : `${file} `}line ${line}: ${change}`);
  return {
    mutants: mutants.length,
    killed: mutants.length - survivors.length,
    survivors,
    twinProblems,
  };
}

/** Whether answers depend on more than the arguments. */
export function needsWorld({ capabilities }: Pick<Contract, "capabilities">): boolean {
  return capabilities.length > 0;
}

interface Trial {
  readonly file: string;
  readonly source: string;
  readonly cases: readonly ToolCase[];
}

/** The cases that do not come out as declared. */
async function unexpected(
  tool: JudgedTool,
  { file, source, cases }: Trial,
  inside: Inside,
): Promise<readonly string[]> {
  const inputs = cases.map(({ input }) => input);
  const { answers, killed } = await askMany(tool, { inputs, instead: { [file]: source } }, inside);
  return cases.flatMap((known, index) => {
    const answer = answers[index];
    if (answer !== undefined && isExpected(answer, known)) return [];
    const got =
      answer?.failure?.message ??
      (answer === undefined ? (killed ?? "no answer") : showJson(answer.value));
    return [`input ${showJson(known.input)} gave ${got}`];
  });
}

function isExpected({ value, failure }: NonNullable<ManyAnswer>, known: ToolCase): boolean {
  if (!("error" in known)) return failure === undefined && sameJson(value, known.output);
  return failure?.code === known.error || failure?.message.startsWith(`${known.error}:`) === true;
}
