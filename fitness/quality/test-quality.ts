/** The stage "test-quality": whether cases and tests would notice a tool that is wrong. */

import type { ToolTests } from "#tools/contract/metadata.ts";
import type { Finding } from "../oracle/load.ts";
import type { ToolUnderTest } from "../oracle/tool-under-test.ts";
import { type MutationResult, mutate, needsEnvironment } from "./mutation.ts";
import { checkOwnTests, type OwnTests } from "./own-tests.ts";
import type { ProgramParts } from "./program-parts.ts";
import type { Inside } from "./run-inside.ts";
import { unconfirmedRule } from "./unconfirmed.ts";

/** Part of the lines that tests and cases must reach. */
const LEAST_COVERAGE = 0.8;
/** Part of the mutants that the cases must notice. */
const LEAST_MUTATION_SCORE = 0.6;
/** Of a tool that needs an environment: much of it does nothing in an empty one. */
const LEAST_SCORE_WITH_ENVIRONMENT = 0.4;
const MAX_LISTED = 12;

/** @returns the figures of a tool that passes, else what is wrong. */
export async function checkTestQuality(
  tool: ToolUnderTest,
  parts: ProgramParts,
  inside: Inside,
): Promise<ToolTests | Finding> {
  const [own, mutation] = await Promise.all([
    checkOwnTests(tool, parts, inside),
    mutate(tool, parts, inside),
  ]);
  const least = needsEnvironment(tool.contract)
    ? LEAST_SCORE_WITH_ENVIRONMENT
    : LEAST_MUTATION_SCORE;
  return judgeQuality(own, mutation, { cases: tool.cases.length, least });
}

export interface QualityRules {
  /** How many cases were declared; all of them have passed. */
  readonly cases: number;
  /** Part of the mutants that must be noticed. @default 0.6 */
  readonly least?: number;
}

export function judgeQuality(
  own: OwnTests,
  mutation: MutationResult,
  { cases, least = LEAST_MUTATION_SCORE }: QualityRules,
): ToolTests | Finding {
  const { mutants, killed } = mutation;
  const score = mutants === 0 ? 0 : killed / mutants;
  const finding =
    own.finding ??
    coverageFinding(own) ??
    mutationFinding(mutation, least) ??
    unconfirmedRule(mutation.influences, mutation.counts);
  if (finding !== undefined) return finding;
  const coverage = rounded(own.coverage);
  return { cases, passed: cases, coverage, mutationScore: rounded(score), mutants };
}

function coverageFinding({ coverage, missedLines }: OwnTests): Finding | undefined {
  if (coverage >= LEAST_COVERAGE) return;
  return {
    reason: `Cases and tests reach ${percent(coverage)} of its lines; ${percent(LEAST_COVERAGE)} are needed`,
    details: [`never run: ${missedLines.join(", ")}`],
  };
}

function mutationFinding(
  { mutants, killed, survivors, twinProblems }: MutationResult,
  least: number,
): Finding | undefined {
  if (twinProblems.length > 0) {
    return {
      reason:
        "It answers otherwise with a comment and another local name, or when it is asked all cases in one process",
      details: twinProblems.slice(0, MAX_LISTED),
    };
  }
  const score = mutants === 0 ? 0 : killed / mutants;
  if (mutants > 0 && score >= least) return;
  if (mutants === 0) {
    return {
      reason: "Nothing in its code can be changed so that a case would notice",
      details: [],
    };
  }
  return {
    reason: `Its cases notice ${killed} of ${mutants} small mistakes (${percent(score)}); ${percent(least)} are needed`,
    details: [
      ...survivors.slice(0, MAX_LISTED).map((change) => `no case notices ${change}`),
      ...(survivors.length > MAX_LISTED ? [`and ${survivors.length - MAX_LISTED} more`] : []),
    ],
  };
}

function percent(part: number): string {
  return `${Math.floor(part * 100)} %`;
}

function rounded(part: number): number {
  return Math.round(part * 1000) / 1000;
}
