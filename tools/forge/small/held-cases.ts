/** Cases for what a judge leaves to a human, before it is asked to let the tool pass: programs say what comes out there. */
import type { ForgeRun } from "../run.ts";
import { untilValid, type Validated } from "../validation.ts";
import { agreementOf, type Voter } from "./agreement.ts";
import { type Input, newInputs, usable } from "./inputs-stage.ts";
import { anotherVoter, type SmallDraft, withInputs, withProgram } from "./make-draft.ts";
import { mendedSmall } from "./mend.ts";
import { isPhaseFailure } from "./voters.ts";

/** A judge shows some of what it finds at a time. */
const MOST_ROUNDS = 3;
/** Longest input in characters of JSON that becomes a case: a person reads cases. */
const LONGEST_INPUT = 300;

type ValidSmall = Validated<SmallDraft>;

/**
 * Adds what programs that were written apart agree on for the inputs of which no case says what is right. Where they do
 * not agree, and no further program decides, it stays a human's to say.
 */
export async function withHeldCases(run: ForgeRun, first: ValidSmall): Promise<ValidSmall> {
  let valid = first;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { draft, report } = valid;
    const held = (report.held ?? []).flatMap(({ input }) => (isShort(input) ? [input] : []));
    const inputs = newInputs(usable(held, draft.small.contract.input), draft.inputs);
    if (inputs.length === 0) return valid;
    const more = await withCasesFor(run, draft, inputs);
    if (more.cases.length === draft.cases.length) return valid;
    await run.repaired("cases", ["cases-for-held"]);
    const next = await validOrNothing(run, more);
    if (next === undefined) return valid;
    valid = next;
  }
  return valid;
}

function isShort(input: unknown): input is Input {
  return input !== undefined && JSON.stringify(input).length <= LONGEST_INPUT;
}

async function withCasesFor(
  run: ForgeRun,
  draft: SmallDraft,
  inputs: readonly Input[],
): Promise<SmallDraft> {
  const extended = await withInputs(run, draft, inputs);
  const decided = isDisputed(extended.voters, extended.inputs, inputs)
    ? ((await anotherVoter(run, extended)) ?? extended)
    : extended;
  const { cases } = agreementOf(decided.voters, decided.inputs);
  const fresh = cases.filter(({ input }) => inputs.includes(input as Input));
  return withProgram(decided, decided.voters[0], [...draft.cases, ...fresh]);
}

function isDisputed(
  voters: readonly Voter[],
  all: readonly Input[],
  inputs: readonly Input[],
): boolean {
  return agreementOf(voters, all).disputed.some((at) => inputs.includes(all[at] ?? {}));
}

/** A tool that passes; nothing where it cannot be mended, and the one before stays. */
async function validOrNothing(run: ForgeRun, draft: SmallDraft): Promise<ValidSmall | undefined> {
  try {
    return await untilValid(run, draft, mendedSmall);
  } catch (error) {
    if (isPhaseFailure(error)) return;
    throw error;
  }
}
