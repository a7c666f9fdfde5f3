/** The pipeline in which a model builds a tool: contract, cases, tests, program, validation. */
import type { ToolCase } from "../contract/cases.ts";
import type { Contract } from "../contract/spec.ts";
import type { ToolFolder } from "../contract/tool-folder.ts";
import type { ToolReport } from "../contract/validation.ts";
import type { Verdict } from "./blame.ts";
import { casesStage } from "./cases-stage.ts";
import { codeStage, testsStage } from "./code-stage.ts";
import type { Draft } from "./draft.ts";
import { casesOfExamples, doubtedCases, examplesIn, withExamples } from "./goal-examples.ts";
import {
  type ForgeParts,
  type ForgeRun,
  type Language,
  type Question,
  TokensSpent,
  type Wish,
} from "./run.ts";
import { withHeldCases } from "./small/held-cases.ts";
import { smallDraft } from "./small/make-draft.ts";
import { mendedSmall } from "./small/mend.ts";
import { duplicateReasons } from "./small/well-worded.ts";
import { specRepairStage, specStage } from "./spec-stage.ts";
import { make, StageFailed } from "./stage.ts";
import { type Mend, mended, untilValid, type Validated } from "./validation.ts";

/** A tool that was validated and confirmed; its maker delivers it. */
export interface Built {
  readonly draft: Draft;
  readonly folder: ToolFolder;
  readonly report: ToolReport;
}

/** What is wished for, its language decided. */
export type DecidedWish = Wish & { readonly language: Language };

/** What suits the model, where the user did not say. */
export function decided(wish: Wish, { isSmall = false }: Pick<ForgeParts, "isSmall">): DecidedWish {
  return { ...wish, language: wish.language ?? (isSmall ? "python" : "ts") };
}

/**
 * Builds a tool. Each part is made from what stands before it and from nothing else: cases and tests
 * without sight of a program, the program without sight of the tests and of every third case. A small model
 * writes several programs without sight of any case, and what they agree on are the cases.
 *
 * @returns `undefined` where the user declined.
 * @throws {StageFailed | TokensSpent} where the model does not come to a valid tool ({@link refusalReasons}).
 * @throws {OrgError} where the model cannot be asked; the signal's reason when it aborts.
 */
export async function buildTool(run: ForgeRun, wish: DecidedWish): Promise<Built | undefined> {
  const isSmall = run.parts.isSmall === true && wish.language === "python";
  const way = isSmall ? await smallWay(run, wish) : await usualWay(run, wish);
  if (!(await confirmed(run, { kind: "validate", draft: way.first }))) return undefined;
  const { draft, folder, report } = await way.untilValid();
  if (!(await confirmed(run, { kind: "deliver", draft, report }))) return undefined;
  run.parts.signal.throwIfAborted();
  return { draft, folder, report };
}

/** Why there is no tool; nothing for an error that is not an answer to the wish. */
export function refusalReasons(error: unknown): readonly string[] | undefined {
  if (error instanceof TokensSpent) return [error.message];
  if (!(error instanceof StageFailed)) return undefined;
  return [`The stage ${error.stage} failed`, ...error.reasons];
}

/** A first draft, and how it becomes valid. */
interface Way {
  readonly first: Draft;
  readonly untilValid: () => Promise<Validated>;
}

async function smallWay(run: ForgeRun, wish: DecidedWish): Promise<Way> {
  const first = await smallDraft(run, wish);
  return {
    first,
    untilValid: async () => await withHeldCases(run, await untilValid(run, first, mendedSmall)),
  };
}

async function usualWay(run: ForgeRun, wish: DecidedWish): Promise<Way> {
  const described = await make(run, specStage(wish, run.parts.usedNames ?? []));
  const contract = await withoutObjections(run, described);
  const fromExamples = casesOfExamples(examplesIn(wish.goal), contract);
  const examples = fromExamples.ok ? fromExamples.cases : [];
  const first = await drafted(run, contract, examples);
  const mend: Mend<Draft> = (_run, draft, validation) =>
    mended(run, draft, { ...validation, verdict: sparing(validation.verdict, draft, examples) });
  return { first, untilValid: () => untilValid(run, first, mend) };
}

/**
 * A contract whose words the judge lets pass, or that a human may still let pass.
 *
 * @throws {StageFailed} when it would be taken for another tool, also in other words.
 */
async function withoutObjections(run: ForgeRun, described: Contract): Promise<Contract> {
  let contract = described;
  for (let round = 0; ; round += 1) {
    const objections = (await run.parts.objectionsTo?.(contract)) ?? [];
    if (objections.length === 0) return contract;
    const duplicates = objections.filter(({ kind }) => kind === "taken");
    if (round >= run.rounds) {
      if (duplicates.length === 0) return contract;
      throw new StageFailed("spec", duplicateReasons(duplicates));
    }
    const complaint = objections.map(({ message }) => `- ${message}`).join("\n");
    contract = await make(run, specRepairStage(contract, complaint));
  }
}

/** What the user has said is not doubted: where only that refuses the program, the program is wrong. */
function sparing(verdict: Verdict, { cases }: Draft, examples: readonly ToolCase[]): Verdict {
  if (verdict.wrongCases.length === 0) return verdict;
  const wrongCases = doubtedCases(cases, verdict.wrongCases, examples);
  return wrongCases.length > 0
    ? { ...verdict, wrongCases }
    : { ...verdict, blamed: "code", wrongCases };
}

async function drafted(
  run: ForgeRun,
  contract: Contract,
  examples: readonly ToolCase[],
): Promise<Draft> {
  const cases = withExamples(await make(run, casesStage(contract)), examples);
  const tests = await make(run, testsStage(contract, cases));
  const code = await make(run, codeStage(contract, cases));
  return { contract, cases, tests, code };
}

async function confirmed(run: ForgeRun, question: Question): Promise<boolean> {
  return (await run.parts.confirm?.(question)) ?? true;
}
