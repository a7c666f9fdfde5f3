/** The pipeline in which a model builds a tool: contract, cases, tests, program, validation. */
import { reasonOf } from "#core/errors.ts";
import type { ToolCase } from "../contract/cases.ts";
import type { Contract } from "../contract/spec.ts";
import type { Verdict } from "./blame.ts";
import { casesStage } from "./cases-stage.ts";
import { codeStage, testsStage } from "./code-stage.ts";
import type { Draft } from "./draft.ts";
import { casesOfExamples, doubtedCases, examplesIn, withExamples } from "./goal-examples.ts";
import {
  type DeliveryCheck,
  type ForgeParts,
  type ForgeResult,
  ForgeRun,
  type Language,
  type Question,
  TokensSpent,
  type Wish,
} from "./run.ts";
import { smallDraft } from "./small/make-draft.ts";
import { mendedSmall } from "./small/mend.ts";
import { withShownCases } from "./small/shown-cases.ts";
import { takenReasons } from "./small/well-worded.ts";
import { specRepairStage, specStage } from "./spec-stage.ts";
import { make, StageFailed } from "./stage.ts";
import { unusualCases } from "./unusual-cases.ts";
import { type Mend, mended, untilValid, type Validated } from "./validation.ts";

/**
 * Builds a tool. Each part is made from what stands before it and from nothing else: cases and tests
 * without sight of a program, the program without sight of the tests and of every third case. A small model
 * writes several programs without sight of any case, and what they agree on are the cases.
 *
 * @throws {OrgError} where the model cannot be asked or nothing can be written; the signal's reason when
 *   it aborts.
 */
export async function forge(wish: Wish, parts: ForgeParts): Promise<ForgeResult> {
  const run = new ForgeRun(parts);
  const { goal, language = parts.isSmall === true ? "python" : "ts" } = wish;
  await run.tell({ type: "forge-start", goal, model: parts.model, language, rounds: run.rounds });
  try {
    const result = await built(run, { ...wish, language });
    await run.tell({ type: "forge-end", ...endOf(result) });
    return result;
  } catch (error) {
    const reasons = reasonsFor(error);
    if (reasons !== undefined) {
      const result = { ...nothing(run, "refused"), reasons };
      await run.tell({ type: "forge-end", ...endOf(result) });
      return result;
    }
    // The log says how it ended, whatever it was; a log that cannot be written must not hide that.
    const { run: _, ...end } = { ...nothing(run, "refused"), reasons: [reasonOf(error)] };
    await run.tell({ type: "forge-end", ...end, outcome: "stopped" }).catch(() => undefined);
    throw error;
  }
}

/** A person reads no more of them. */
const MOST_SHOWN = 3;

/** Why there is no tool; nothing for what is not an answer to the wish. */
function reasonsFor(error: unknown): readonly string[] | undefined {
  if (error instanceof TokensSpent) return [error.message];
  if (!(error instanceof StageFailed)) return undefined;
  return [`The stage ${error.stage} failed`, ...error.reasons];
}

/** What is wished for, its language decided. */
type DecidedWish = Wish & { readonly language: Language };

async function built(run: ForgeRun, wish: DecidedWish): Promise<ForgeResult> {
  const isSmall = run.parts.isSmall === true && wish.language === "python";
  const way = isSmall ? await smallWay(run, wish) : await usualWay(run, wish);
  if (!(await confirmed(run, { kind: "validate", draft: way.first }))) {
    return nothing(run, "declined");
  }
  const { draft, folder, report } = await way.untilValid();
  if (!(await confirmed(run, { kind: "deliver", draft, report }))) return nothing(run, "declined");
  const { name, description } = draft.contract;
  const { signal, deliver, model } = run.parts;
  signal.throwIfAborted();
  // One after the other, as they happened.
  let told = Promise.resolve();
  const onCheck = (check: DeliveryCheck): void => {
    told = told.then(() => run.tell({ type: "check", ...check }));
  };
  const finished = { folder, report, wish, model, signal, onCheck };
  const { path, next } = await deliver(finished).finally(() => told);
  const { tests } = report;
  const unusual = unusualCases(draft.cases, MOST_SHOWN);
  return { ...nothing(run, "delivered"), name, description, path, next, tests, unusual };
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
    untilValid: async () => await withShownCases(run, await untilValid(run, first, mendedSmall)),
  };
}

async function usualWay(run: ForgeRun, wish: DecidedWish): Promise<Way> {
  const described = await make(run, specStage(wish, run.parts.takenNames ?? []));
  const contract = await withoutObjections(run, described);
  const said = casesOfExamples(examplesIn(wish.goal), contract);
  const examples = said.ok ? said.cases : [];
  const first = await drafted(run, contract, examples);
  const mend: Mend<Draft> = (_run, draft, judged) =>
    mended(run, draft, { ...judged, verdict: sparing(judged.verdict, draft, examples) });
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
    const taken = objections.filter(({ kind }) => kind === "taken");
    if (round >= run.rounds) {
      if (taken.length === 0) return contract;
      throw new StageFailed("spec", takenReasons(taken));
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

function nothing(run: ForgeRun, outcome: ForgeResult["outcome"]): ForgeResult {
  const { repairs, requests, tokens } = run;
  return { outcome, run: run.parts.log.run, reasons: [], repairs, requests, tokens };
}

/** What the last event says; its reader knows the run and the goal. */
function endOf(result: ForgeResult): Omit<ForgeResult, "run" | "description" | "unusual"> {
  const { run: _, description: __, unusual: ___, ...end } = result;
  return end;
}
