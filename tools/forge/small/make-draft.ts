/** How a small model makes a tool: a contract, inputs, programs written apart, and cases of what they agree on. */
import type { ToolCase } from "../../contract/cases.ts";
import type { Draft } from "../draft.ts";
import type { ForgeRun, Wish } from "../run.ts";
import { MOST_CASES } from "../shapes.ts";
import { make } from "../stage.ts";
import { agreeing, MOST_PROGRAMS } from "./agreed-programs.ts";
import { agreementOf, type Voter } from "./agreement.ts";
import { smallContractStage } from "./contract-stage.ts";
import { OTHER_FAILURE, type SmallContract } from "./fields.ts";
import { edgeInputs, type Input, inputsStage, usable } from "./inputs-stage.ts";
import { narrowedFor } from "./narrow.ts";
import { nearInputs } from "./near-inputs.ts";
import type { Program } from "./program-stage.ts";
import { testsFor } from "./template-tests.ts";
import { firstWrong, inputOf, isPhaseFailure, newVoter, voterOf } from "./voters.ts";
import { wellWorded } from "./well-worded.ts";

/** A draft with everything that mending it takes. */
export interface SmallDraft extends Draft {
  readonly small: SmallContract;
  readonly inputs: readonly Input[];
  /** The one that is delivered first. */
  readonly voters: readonly [Voter, ...Voter[]];
}

/** @throws {StageFailed} when the programs do not agree, or no phase comes to an end. */
export async function smallDraft(run: ForgeRun, wish: Wish): Promise<SmallDraft> {
  const described = await make(run, smallContractStage(wish, run.parts.usedNames ?? []));
  const small = tolerant(await wellWorded(run, described, wish));
  const written = await make(run, inputsStage(small));
  const fromExamples = usable(small.examples.map(inputOf), small.contract.input);
  const [base = {}] = written;
  const more = [...edgeInputs(small, base), ...nearInputs(written)];
  const all = usable([...fromExamples, ...written, ...more], small.contract.input);
  const { voters, agreement, tried } = await agreeing(run, small, all.slice(0, MOST_CASES));
  const best = voters[agreement.best];
  if (best === undefined) throw new Error("There is an agreement without a program");
  const others = voters.filter((voter) => voter !== best);
  const tool = { contract: small.contract, source: best.program.source };
  const contract = await narrowedFor(run, tool, { base: base, required: fromExamples });
  const fitting = new Set(usable(tried, contract.input));
  const isFitting = (_one: unknown, index: number) => fitting.has(tried[index] ?? {});
  const fittingOf = (voter: Voter) => ({ ...voter, outcomes: voter.outcomes.filter(isFitting) });
  const inputs = tried.filter(isFitting);
  return draftOf({ ...small, contract }, inputs, [fittingOf(best), ...others.map(fittingOf)]);
}

/** A program may refuse what its contract does not speak of: whether that stays, its delivery decides. */
function tolerant(small: SmallContract): SmallContract {
  const { contract } = small;
  if (contract.failures.some(({ code }) => code === OTHER_FAILURE)) return small;
  const other = { code: OTHER_FAILURE, when: "the value is not one that it can work with" };
  return { ...small, contract: { ...contract, failures: [...contract.failures, other] } };
}

/** A draft whose programs were asked about further inputs; its cases are what they were. */
export async function withInputs(
  run: ForgeRun,
  draft: SmallDraft,
  added: readonly Input[],
): Promise<SmallDraft> {
  const { small, voters, inputs } = draft;
  const extended = await Promise.all(
    voters.map(async ({ program, outcomes }) => {
      const more = await voterOf(run, small.contract, { program, tried: added });
      return { program, outcomes: [...outcomes, ...more.outcomes] };
    }),
  );
  const [first, ...others] = extended;
  if (first === undefined) return draft;
  return { ...draft, inputs: [...inputs, ...added], voters: [first, ...others] };
}

/** A draft whose further program decides where the others differ; nothing where there is no such program. */
export async function anotherVoter(
  run: ForgeRun,
  draft: SmallDraft,
): Promise<SmallDraft | undefined> {
  const { small, inputs, voters } = draft;
  if (voters.length >= MOST_PROGRAMS) return;
  const progress = { tried: inputs, count: voters.length };
  try {
    const voter = await newVoter(run, small, progress);
    if (firstWrong(small, voter, inputs) !== undefined) return;
    return { ...draft, voters: [...voters, voter] };
  } catch (error) {
    if (isPhaseFailure(error)) return;
    throw error;
  }
}

/** The draft of these programs: the first is delivered, the others hold its cases. */
function draftOf(
  small: SmallContract,
  inputs: readonly Input[],
  voters: readonly [Voter, ...Voter[]],
): SmallDraft {
  const { cases } = agreementOf(voters, inputs);
  return withProgram({ small, inputs, voters }, voters[0], cases);
}

type Background = Pick<SmallDraft, "small" | "inputs" | "voters">;

/** A draft with this program and these cases. */
export function withProgram(
  { small, inputs, voters }: Background,
  { program }: Pick<Voter, "program">,
  cases: readonly ToolCase[],
): SmallDraft {
  const used = cases.flatMap((one) => ("error" in one ? [one.error] : []));
  const failures = small.contract.failures.filter(
    ({ code }) => used.includes(code) || raises(program, code),
  );
  const contract = { ...small.contract, failures };
  const tests = testsFor({ ...small, contract }, cases);
  return { contract, cases, tests, code: program.source, small, inputs, voters };
}

function raises({ source }: Program, code: string): boolean {
  return new RegExp(`Failure\\(\\s*["']${code}["']`).test(source);
}
