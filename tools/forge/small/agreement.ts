/** What programs that were written apart agree on. Pure. */

import { canonicalJson } from "#core/canonical-json.ts";
import { isFields } from "#core/json.ts";
import type { ToolCase } from "../../contract/cases.ts";
import type { CallOutcome } from "../../contract/outcome.ts";
import type { Input } from "./inputs-stage.ts";
import type { Program } from "./program-stage.ts";

/** A program, and what it gave for each input. */
export interface Voter {
  readonly program: Program;
  readonly outcomes: readonly CallOutcome[];
}

export interface Agreement {
  /** Index of the voter that agrees with others most often. */
  readonly best: number;
  /** Of those inputs on which at least two voters agree, and no two others on something else. */
  readonly cases: readonly ToolCase[];
  /** Indexes of the inputs for which programs give different answers, so that there is no case. */
  readonly disputed: readonly number[];
  /** Indexes of the inputs for which no program gives an answer. */
  readonly unanswered: readonly number[];
  /** Cases that the best voter does not get right. */
  readonly missed: number;
}

/** Sums of fractions differ in their last digit by the order of their terms. */
const RELATIVE_DIFFERENCE = 1e-9;

/**
 * A result that two programs give which have not seen each other is a case: so each case is held by at least one
 * program beside the one that is delivered. Its digits are those of the best voter, if that one agrees.
 */
export function agreementOf(voters: readonly Voter[], inputs: readonly Input[]): Agreement {
  const groups = inputs.map((_input, index) => majority(voters, index));
  const best = bestOf(voters, groups);
  const cases: ToolCase[] = [];
  const disputed: number[] = [];
  const unanswered: number[] = [];
  let missed = 0;
  for (const [index, input] of inputs.entries()) {
    const group = groups[index] ?? [];
    const isRight = group.includes(best);
    const outcome = voters[isRight ? best : (group[0] ?? -1)]?.outcomes[index];
    const made = outcome === undefined ? undefined : caseOf(input, outcome);
    if (made === undefined) {
      const isAnswered = voters.some(({ outcomes }) => answers(outcomes[index]));
      (isAnswered ? disputed : unanswered).push(index);
      continue;
    }
    cases.push(made);
    if (!isRight) missed += 1;
  }
  return { best, cases, disputed, unanswered, missed };
}

/** The voters of the largest group of two and more that give the same; empty where there is none, or two are as large. */
function majority(voters: readonly Voter[], index: number): readonly number[] {
  const groups: number[][] = [];
  for (const [at, { outcomes }] of voters.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined || !isAnswer(outcome)) continue;
    const same = groups.find(([first = -1]) => {
      const other = voters[first]?.outcomes[index];
      return other !== undefined && agree(outcome, other);
    });
    if (same === undefined) groups.push([at]);
    else same.push(at);
  }
  const [largest = [], next = []] = groups.toSorted((a, b) => b.length - a.length);
  return largest.length >= 2 && largest.length > next.length ? largest : [];
}

function bestOf(voters: readonly Voter[], groups: readonly (readonly number[])[]): number {
  const scored = voters.map(({ outcomes }, at) => ({
    at,
    agreed: groups.filter((group) => group.includes(at)).length,
    answers: outcomes.filter(isAnswer).length,
  }));
  const [best] = scored.toSorted((a, b) => b.agreed - a.agreed || b.answers - a.answers);
  return best?.at ?? 0;
}

function answers(outcome: CallOutcome | undefined): boolean {
  return outcome !== undefined && isAnswer(outcome);
}

/** A result, or a failure of the contract; a crash is neither. */
export function isAnswer(outcome: CallOutcome): boolean {
  return outcome.kind === "result" || (outcome.kind === "failure" && outcome.declared);
}

/** Whether two outcomes say the same. */
export function agree(a: CallOutcome, b: CallOutcome): boolean {
  if (a.kind === "failure" && b.kind === "failure") return a.code === b.code;
  return a.kind === "result" && b.kind === "result" && same(a.value, b.value);
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") {
    return Math.abs(a - b) <= RELATIVE_DIFFERENCE * Math.max(1, Math.abs(a), Math.abs(b));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, index) => same(one, b[index]));
  }
  if (isFields(a) && isFields(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
    );
  }
  return canonicalJson(a) === canonicalJson(b);
}

/** Whether an outcome is what a case says. */
export function fits(outcome: CallOutcome, expected: ToolCase): boolean {
  if (outcome.kind === "failure") return "error" in expected && outcome.code === expected.error;
  return outcome.kind === "result" && "output" in expected && same(outcome.value, expected.output);
}

/** The case that an outcome makes of an input. */
export function caseOf(input: Input, outcome: CallOutcome): ToolCase | undefined {
  if (outcome.kind === "result") return { input, output: outcome.value };
  return outcome.kind === "failure" && outcome.declared
    ? { input, error: outcome.code }
    : undefined;
}
