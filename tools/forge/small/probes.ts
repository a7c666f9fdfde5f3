/** Inputs at which programs that were written apart show where they differ: made of their own constants. */
import type { ToolCase } from "../../contract/cases.ts";
import type { CallOutcome } from "../../contract/outcome.ts";
import type { Contract } from "../../contract/spec.ts";
import { agreementOf, caseOf, type Voter } from "./agreement.ts";
import { type Input, newInputs, usable } from "./inputs-stage.ts";
import { inputsAtConstants, nearInputs } from "./near-inputs.ts";

/** Of so many that programs are asked about, all in one process. */
const MOST_TRIED = 80;

/** Inputs at the constants of programs, none of which there is yet. */
export function probesAtConstants(
  { input }: Contract,
  existing: readonly Input[],
  sources: readonly string[],
): readonly Input[] {
  const [base = {}] = existing;
  const at = inputsAtConstants(base, sources.join("\n"));
  return newInputs(usable(at, input), existing).slice(0, MOST_TRIED);
}

/** Those, and inputs near the existing ones. */
export function probesFor(
  contract: Contract,
  existing: readonly Input[],
  sources: readonly string[],
): readonly Input[] {
  const near = newInputs(usable(nearInputs(existing), contract.input), existing);
  const all = [...probesAtConstants(contract, existing, sources), ...near];
  return usable(all, contract.input).slice(0, MOST_TRIED);
}

/**
 * Indexes of the probes that say most: those on which programs differ, then those whose results are rarest among the
 * outcomes so far. Ten results that are alike notice no more than one.
 */
export function mostTelling(
  voters: readonly Voter[],
  probes: readonly Input[],
  { before, most }: { readonly before: readonly CallOutcome[]; readonly most: number },
): readonly number[] {
  const { cases, disputed } = agreementOf(voters, probes);
  const differing = disputed.slice(0, Math.floor(most / 2));
  const existingCases = before.flatMap((outcome) => caseOf({}, outcome) ?? []);
  const chosen = mostDifferent(existingCases, cases, most - differing.length);
  const agreed = chosen.map(({ input }) => probes.indexOf(input as Input));
  return [...differing, ...agreed].sort((a, b) => a - b);
}

/** Those whose results are rarest among the cases so far. */
export function mostDifferent(
  cases: readonly ToolCase[],
  fresh: readonly ToolCase[],
  most: number,
): readonly ToolCase[] {
  const counts = new Map<string, number>();
  const countOf = (one: ToolCase) => counts.get(resultOf(one)) ?? 0;
  const add = (one: ToolCase) => counts.set(resultOf(one), countOf(one) + 1);
  cases.forEach(add);
  const remaining = [...fresh];
  const chosen: ToolCase[] = [];
  while (remaining.length > 0 && chosen.length < most) {
    const rarest = Math.min(...remaining.map(countOf));
    const [next] = remaining.splice(
      remaining.findIndex((one) => countOf(one) === rarest),
      1,
    );
    if (next === undefined) break;
    add(next);
    chosen.push(next);
  }
  return chosen;
}

/** What a case expects, apart from its input. */
export function resultOf({ input: _, ...expected }: ToolCase): string {
  return JSON.stringify(expected);
}
