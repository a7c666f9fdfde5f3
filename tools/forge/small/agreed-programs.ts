/** Lets programs be written until they agree on what comes out. */
import type { ForgeRun } from "../run.ts";
import { StageFailed } from "../stage.ts";
import { type Agreement, agreementOf, type Voter } from "./agreement.ts";
import type { SmallContract } from "./fields.ts";
import type { Input } from "./inputs-stage.ts";
import { mostTelling, probesAtConstants } from "./probes.ts";
import { crashes, firstWrong, isPhaseFailure, newVoter, voterOf } from "./voters.ts";

/** Fewer cases tell a right program from a wrong one by chance. */
const FEWEST_CASES = 5;
/** A third program decides between two, a fourth is the last try. */
export const MOST_PROGRAMS = 4;
/** So many that crash for most inputs have others written in their place: they say nothing of what comes out. */
const MOST_REPLACED = 2;

interface Panel {
  readonly voters: readonly Voter[];
  /** The inputs of the outcomes of each. */
  readonly tried: readonly Input[];
}

interface Agreed extends Panel {
  readonly agreement: Agreement;
}

/** Lets programs be written, each without sight of the others, until two of them agree on enough. */
export async function agreeing(
  run: ForgeRun,
  small: SmallContract,
  first: readonly Input[],
): Promise<Agreed> {
  let panel: Panel = { voters: [], tried: first };
  let agreed: Agreed | undefined;
  let replaced = 0;
  for (let count = 0; count < MOST_PROGRAMS + replaced; count += 1) {
    const progress = { tried: panel.tried, count };
    const voter = await newVoter(run, small, progress).catch((error: unknown) => {
      // Two that agree on enough are a tool, also without a third that would decide the rest.
      if (agreed === undefined || !isPhaseFailure(error)) throw error;
      return undefined;
    });
    if (voter === undefined) break;
    const isReplaced = replaced < MOST_REPLACED && crashes(voter);
    if (isReplaced) replaced += 1;
    if (isReplaced || firstWrong(small, voter, panel.tried) !== undefined) continue;
    const voters = [...panel.voters, voter];
    panel = await withProbes(run, small, { voters, tried: panel.tried });
    if (panel.voters.length < 2) continue;
    agreed = await agreedSoFar(run, panel);
    if (isSettled(agreed)) break;
  }
  if (agreed !== undefined) return agreed;
  throw new StageFailed("cases", disagreement(panel.voters.length));
}

/** Of more than two, what they differ on stays undecided. */
function isSettled(agreed: Agreed | undefined): boolean {
  if (agreed === undefined) return false;
  return agreed.agreement.disputed.length === 0 || agreed.voters.length > 2;
}

async function agreedSoFar(run: ForgeRun, panel: Panel): Promise<Agreed | undefined> {
  const agreement = agreementOf(panel.voters, panel.tried);
  await tellAgreement(run, agreement, panel);
  return isEnough(agreement) ? { ...panel, agreement } : undefined;
}

/** So many inputs are added where the constants of the first two programs show what they do. */
const MOST_PROBES = 12;

/**
 * Two programs, and what they give at their constants. What one of them refuses or decides by a number of its own is seen
 * there and nowhere else, and while a third one can still decide. Any other number of programs stays as it is.
 */
async function withProbes(
  run: ForgeRun,
  small: SmallContract,
  { voters, tried }: Panel,
): Promise<Panel> {
  if (voters.length !== 2) return { voters, tried };
  const sources = voters.map(({ program }) => program.source);
  const probes = probesAtConstants(small.contract, tried, sources);
  const probed = await Promise.all(
    voters.map(({ program }) => voterOf(run, small.contract, { program, tried: probes })),
  );
  const before = voters[0]?.outcomes ?? [];
  const telling = mostTelling(probed, probes, { before, most: MOST_PROBES });
  const chosenOf = <Item>(items: readonly Item[]) => telling.flatMap((at) => items[at] ?? []);
  return {
    voters: voters.map((voter, at) => {
      return { ...voter, outcomes: [...voter.outcomes, ...chosenOf(probed[at]?.outcomes ?? [])] };
    }),
    tried: [...tried, ...chosenOf(probes)],
  };
}

function isEnough({ cases }: Agreement): boolean {
  const results = cases.filter((one) => "output" in one).length;
  // Programs that agree to refuse nearly everything are not the tool that was wished for.
  return cases.length >= FEWEST_CASES && results * 2 >= cases.length;
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

async function tellAgreement(
  run: ForgeRun,
  agreement: Agreement,
  { tried, voters }: Panel,
): Promise<void> {
  const { cases, disputed, unanswered, missed } = agreement;
  const inputText = (index: number) => JSON.stringify(tried[index]).slice(0, 200);
  const details = [
    `${voters.length} programs agree on ${cases.length} of ${tried.length} inputs`,
    ...disputed.map((index) => `they differ on ${inputText(index)}`),
    ...unanswered.map((index) => `none gives an answer to ${inputText(index)}`),
    ...(missed === 0 ? [] : [`the program that agrees most often is alone on ${missed}`]),
  ];
  const ok = isEnough(agreement);
  await run.tell({ type: "check", check: "agreement", ok, ms: 0, reason: details[0], details });
}
