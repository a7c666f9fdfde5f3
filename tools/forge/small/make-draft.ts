/** How a small model makes a tool: a contract, inputs, programs written apart, and cases of what they agree on. */
import { canonicalJson } from "#core/canonical-json.ts";
import type { ToolCase } from "../../contract/cases.ts";
import type { CallOutcome } from "../../contract/outcome.ts";
import type { Contract } from "../../contract/spec.ts";
import type { Draft } from "../draft.ts";
import { type ForgeRun, TokensSpent, type Wish } from "../run.ts";
import { MOST_CASES } from "../shapes.ts";
import { make, StageFailed } from "../stage.ts";
import { type Agreement, agreementOf, fits, type Voter } from "./agreement.ts";
import { smallContractStage } from "./contract-stage.ts";
import { OTHER_FAILURE, type SmallContract } from "./fields.ts";
import { edgeInputs, type Input, inputsStage, usable } from "./inputs-stage.ts";
import { keeps, narrowedFor } from "./narrow.ts";
import { nearInputs } from "./near-inputs.ts";
import { mendStage, type Program, programStage } from "./program-stage.ts";
import { testsFor } from "./template-tests.ts";
import { crashText, outcomesOf, wrongText } from "./try-program.ts";

/** A draft with everything that mending it takes. */
export interface SmallDraft extends Draft {
  readonly small: SmallContract;
  readonly inputs: readonly Input[];
  /** The one that is delivered first. */
  readonly voters: readonly [Voter, ...Voter[]];
}

/** Fewer cases tell a right program from a wrong one by chance. */
const FEWEST_CASES = 5;
/** A third program decides between two, a fourth is the last try. */
const MOST_PROGRAMS = 4;

/** @throws {StageFailed} when the programs do not agree, or no phase comes to an end. */
export async function smallDraft(run: ForgeRun, wish: Wish): Promise<SmallDraft> {
  const small = tolerant(await make(run, smallContractStage(wish, run.parts.takenNames ?? [])));
  const written = await make(run, inputsStage(small));
  const kept = usable(small.examples.map(inputOf), small.contract.input);
  const [given = {}] = written;
  const more = [...edgeInputs(small, given), ...nearInputs(written)];
  const all = usable([...kept, ...written, ...more], small.contract.input);
  const tried = all.slice(0, MOST_CASES);
  const { voters, agreement } = await agreeing(run, small, tried);
  const best = voters[agreement.best];
  if (best === undefined) throw new Error("There is an agreement without a program");
  const others = voters.filter((voter) => voter !== best);
  const tool = { contract: small.contract, source: best.program.source };
  const contract = await narrowedFor(run, tool, { given, kept });
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

interface Agreed {
  readonly voters: readonly Voter[];
  readonly agreement: Agreement;
}

/** Lets programs be written, each without sight of the others, until two of them agree on enough. */
async function agreeing(
  run: ForgeRun,
  small: SmallContract,
  tried: readonly Input[],
): Promise<Agreed> {
  const voters: Voter[] = [];
  let agreed: Agreed | undefined;
  for (let count = 0; count < MOST_PROGRAMS; count += 1) {
    const voter = await newVoter(run, small, { tried, count }).catch((error: unknown) => {
      // Two that agree on enough are a tool, also without a third that would decide the rest.
      if (agreed === undefined || !isGivenUp(error)) throw error;
      return undefined;
    });
    if (voter === undefined) break;
    if (firstWrong(small, voter, tried) !== undefined) continue;
    voters.push(voter);
    if (voters.length === 1) continue;
    const agreement = agreementOf(voters, tried);
    await tellAgreement(run, agreement, { tried, voters });
    agreed = isEnough(agreement) ? { voters: [...voters], agreement } : undefined;
    const isSettled = agreement.disputed.length === 0 || count > 1;
    if (agreed !== undefined && isSettled) break;
  }
  if (agreed !== undefined) return agreed;
  throw new StageFailed("cases", disagreement(voters.length));
}

function disagreement(voters: number): readonly string[] {
  if (voters < 2) {
    return [
      `${voters} of ${MOST_PROGRAMS} programs give what the examples of the goal say; it takes 2`,
      "look at the examples again, or say in the goal how one comes to them",
    ];
  }
  return [
    `${voters} programs that were written apart do not agree on what comes out`,
    "say in the goal what comes out for unusual input, or give an example",
  ];
}

/** The very input of an example or a case. */
export function inputOf({ input }: ToolCase): Input {
  return input as Input;
}

interface Wrong {
  readonly example: ToolCase;
  readonly outcome: CallOutcome;
}

/** The first example of the user for which a program gives something else. */
function firstWrong(
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

function isEnough({ cases }: Agreement): boolean {
  const results = cases.filter((one) => "output" in one).length;
  // Programs that agree to refuse nearly everything are not the tool that was wished for.
  return cases.length >= FEWEST_CASES && results * 2 >= cases.length;
}

/** What ends a phase, and not the run. */
function isGivenUp(error: unknown): boolean {
  return error instanceof StageFailed || error instanceof TokensSpent;
}

interface Place {
  readonly tried: readonly Input[];
  /** How many programs there are already. */
  readonly count: number;
}

/** A program that runs at all; one that does not is mended once. */
async function newVoter(
  run: ForgeRun,
  small: SmallContract,
  { tried, count }: Place,
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
  const crashes = voter.outcomes.filter((outcome) => !keeps(outcome));
  const [crash] = crashes;
  if (crash === undefined || crashes.length * 2 < tried.length) return undefined;
  return crashText(crash, tried[voter.outcomes.indexOf(crash)] ?? {});
}

export async function voterOf(
  run: ForgeRun,
  contract: Contract,
  { program, tried }: { readonly program: Program; readonly tried: readonly Input[] },
): Promise<Voter> {
  const tool = { contract, source: program.source };
  return { program, outcomes: await outcomesOf(tool, tried, run.parts.signal) };
}

async function tellAgreement(
  run: ForgeRun,
  agreement: Agreement,
  { tried, voters }: { readonly tried: readonly Input[]; readonly voters: readonly Voter[] },
): Promise<void> {
  const { cases, disputed, unanswered, missed } = agreement;
  const shown = (index: number) => JSON.stringify(tried[index]).slice(0, 200);
  const details = [
    `${voters.length} programs agree on ${cases.length} of ${tried.length} inputs`,
    ...disputed.map((index) => `they differ on ${shown(index)}`),
    ...unanswered.map((index) => `none gives an answer to ${shown(index)}`),
    ...(missed === 0 ? [] : [`the program that agrees most often is alone on ${missed}`]),
  ];
  const ok = isEnough(agreement);
  await run.tell({ type: "check", check: "agreement", ok, ms: 0, reason: details[0], details });
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
