/** Programs that a model writes apart, and what each gives: the judges of what comes out. */
import { canonicalJson } from "#core/canonical-json.ts";
import type { ToolCase } from "../../contract/cases.ts";
import type { CallOutcome } from "../../contract/outcome.ts";
import type { Contract } from "../../contract/spec.ts";
import { type ForgeRun, TokensSpent } from "../run.ts";
import { make, StageFailed } from "../stage.ts";
import { fits, type Voter } from "./agreement.ts";
import type { SmallContract } from "./fields.ts";
import type { Input } from "./inputs-stage.ts";
import { keeps } from "./narrow.ts";
import { mendStage, type Program, programStage } from "./program-stage.ts";
import { crashText, outcomesOf, wrongText } from "./try-program.ts";

/** The very input of an example or a case. */
export function inputOf({ input }: ToolCase): Input {
  return input as Input;
}

interface VoterProgress {
  readonly tried: readonly Input[];
  /** How many programs there are already. */
  readonly count: number;
}

/** A program that runs at all; one that does not is mended once. */
export async function newVoter(
  run: ForgeRun,
  small: SmallContract,
  { tried, count }: VoterProgress,
): Promise<Voter> {
  const program = await make(run, programStage(small, count === 0 ? 0 : 1));
  const voter = await voterOf(run, small.contract, { program, tried });
  const failure = failureOf(small, voter, tried);
  if (failure === undefined) return voter;
  const mended = await make(run, mendStage(small, program, failure));
  return await voterOf(run, small.contract, { program: mended, tried });
}

/** Why a program is not a voter: it gives something else than the user says, or crashes mostly. */
function failureOf(
  small: SmallContract,
  voter: Voter,
  tried: readonly Input[],
): string | undefined {
  const wrong = firstWrong(small, voter, tried);
  if (wrong !== undefined) return wrongText(wrong.outcome, wrong.example);
  const crash = voter.outcomes.findIndex((outcome) => !keeps(outcome));
  const outcome = voter.outcomes[crash];
  return outcome === undefined || !crashes(voter)
    ? undefined
    : crashText(outcome, tried[crash] ?? {});
}

/** Whether a program gives no answer to most inputs. */
export function crashes({ outcomes }: Voter): boolean {
  return outcomes.filter((outcome) => !keeps(outcome)).length * 2 >= outcomes.length;
}

export async function voterOf(
  run: ForgeRun,
  contract: Contract,
  { program, tried }: { readonly program: Program; readonly tried: readonly Input[] },
): Promise<Voter> {
  const tool = { contract, source: program.source };
  return { program, outcomes: await outcomesOf(tool, tried, run.parts.signal) };
}

interface Wrong {
  readonly example: ToolCase;
  readonly outcome: CallOutcome;
}

/** The first example of the user for which a program gives something else. */
export function firstWrong(
  { examples }: SmallContract,
  { outcomes }: Voter,
  tried: readonly Input[],
): Wrong | undefined {
  const texts = tried.map(canonicalJson);
  for (const example of examples) {
    const outcome = outcomes[texts.indexOf(canonicalJson(example.input))];
    if (outcome !== undefined && !fits(outcome, example)) return { example, outcome };
  }
  return undefined;
}

/** What ends a phase, and not the run. */
export function isPhaseFailure(error: unknown): boolean {
  return error instanceof StageFailed || error instanceof TokensSpent;
}
