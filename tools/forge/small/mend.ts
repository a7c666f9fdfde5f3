/** Mends a small model's tool by what its validation says: with what is there already first, for a request costs minutes. */
import type { ToolCase } from "../../contract/cases.ts";
import { forTheFile, forTheProgram } from "../feedback.ts";
import { doubtedCases } from "../goal-examples.ts";
import type { ForgeRun } from "../run.ts";
import { make } from "../stage.ts";
import type { Validation } from "../validation.ts";
import { agree, agreementOf, caseOf, type Voter } from "./agreement.ts";
import { rewordStage } from "./contract-stage.ts";
import type { Input } from "./inputs-stage.ts";
import { type SmallDraft, withInputs, withProgram } from "./make-draft.ts";
import { mostDifferent, probesFor, resultOf } from "./probes.ts";
import { mendStage } from "./program-stage.ts";
import { examplesFor } from "./template-tests.ts";
import { inputOf, voterOf } from "./voters.ts";

/** Longest feedback in characters: a small model follows the first failure, and forgets the task over ten. */
const LONGEST_FEEDBACK = 700;
/** So many inputs may be added where those there are let mistakes through. */
const MOST_ADDED = 16;
/** Fewer cases than this are not left, whatever they refuse. */
const MIN_CASES = 4;

export async function mendedSmall(
  run: ForgeRun,
  draft: SmallDraft,
  { report, verdict }: Validation,
): Promise<SmallDraft> {
  switch (verdict.blamed) {
    case "code":
      return await otherProgram(run, draft, forTheProgram(report, draft));
    case "cases": {
      if (verdict.wrongCases.length === 0) return await withMoreCases(run, draft);
      const doubted = doubtedCases(draft.cases, verdict.wrongCases, draft.small.examples);
      return doubted.length > 0
        ? withoutCases(draft, doubted)
        : await otherProgram(run, draft, forTheProgram(report, draft));
    }
    case "tests":
      return { ...draft, tests: examplesFor(draft.cases) };
    case "spec":
      return await reworded(run, draft, forTheFile(report));
  }
}

/** The next of the programs that has all cases right, else the first one mended by the model. */
async function otherProgram(
  run: ForgeRun,
  draft: SmallDraft,
  failure: string,
): Promise<SmallDraft> {
  const { voters, inputs, small, cases } = draft;
  const [current, ...others] = voters;
  const right = others.find((voter) => isRight(voter, draft));
  if (right !== undefined) {
    await run.repaired("code", ["other-program"]);
    // The one that was refused votes on no more.
    const rest = others.filter((voter) => voter !== right);
    return { ...withProgram(draft, right, cases), voters: [right, ...rest] };
  }
  const text = failure.slice(0, LONGEST_FEEDBACK);
  const program = await make(run, mendStage(small, current.program, text));
  const voter = await voterOf(run, small.contract, { program, tried: inputs });
  const mended = withProgram(draft, voter, inItsDigits(cases, voter, inputs));
  return { ...mended, voters: [voter, ...others] };
}

/** Whether a program that is not delivered gives what all cases say, to the last digit. */
function isRight({ outcomes }: Voter, { cases, inputs }: SmallDraft): boolean {
  return cases.every((expected) => {
    const outcome = outcomes[inputs.indexOf(inputOf(expected))];
    const made = outcome === undefined ? undefined : caseOf({}, outcome);
    return made !== undefined && sameResult(made, expected);
  });
}

function sameResult(a: ToolCase, b: ToolCase): boolean {
  return resultOf(a) === resultOf(b);
}

/** The cases stay; where a new program differs in nothing but the last digits, those are its own. */
function inItsDigits(
  cases: readonly ToolCase[],
  { outcomes }: Voter,
  inputs: readonly Input[],
): readonly ToolCase[] {
  return cases.map((expected) => {
    const index = inputs.indexOf(inputOf(expected));
    const [outcome, input] = [outcomes[index], inputs[index]];
    if (outcome === undefined || input === undefined || "error" in expected) return expected;
    const isSame = agree(outcome, { kind: "result", value: expected.output });
    return isSame ? (caseOf(input, outcome) ?? expected) : expected;
  });
}

/** A case that refuses every program of this model is none that it can decide. */
function withoutCases(draft: SmallDraft, wrong: readonly number[]): SmallDraft {
  const cases = draft.cases.filter((_one, index) => !wrong.includes(index));
  if (cases.length < MIN_CASES) return draft;
  return withProgram(draft, draft.voters[0], cases);
}

/** Inputs like those there are, where the programs agree on what comes out; no model is asked. */
async function withMoreCases(run: ForgeRun, draft: SmallDraft): Promise<SmallDraft> {
  const sources = draft.voters.map(({ program }) => program.source);
  const added = probesFor(draft.small.contract, draft.inputs, sources);
  const extended = await withInputs(run, draft, added);
  await run.repaired("cases", ["cases-added"]);
  const existing = new Set(draft.inputs);
  const fresh = agreementOf(extended.voters, extended.inputs).cases.filter(
    (one) => !existing.has(inputOf(one)),
  );
  const cases = [...draft.cases, ...mostDifferent(draft.cases, fresh, MOST_ADDED)];
  return withProgram(extended, extended.voters[0], cases);
}

async function reworded(run: ForgeRun, draft: SmallDraft, complaint: string): Promise<SmallDraft> {
  const { small } = draft;
  const description = await make(
    run,
    rewordStage(small.contract.description, complaint.slice(0, LONGEST_FEEDBACK)),
  );
  // What a person might ask is not a promise: without it the tool is found by its description.
  const contract = { ...small.contract, description, asks: [] };
  return withProgram({ ...draft, small: { ...small, contract } }, draft.voters[0], draft.cases);
}
