/** Judges candidates with the real gate, two at a time, and writes down how it went. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstBySearch } from "#app/gate.ts";
import { unreachable } from "#core/errors.ts";
import { Gate } from "#fitness/gate/gate.ts";
import { createValidator, type ValidatorOptions } from "#fitness/validate-tool.ts";
import { CandidateRepository } from "../candidate-repository.ts";
import type { Candidate } from "./candidate.ts";

const AT_ONCE = 2;

export interface Judged {
  readonly candidate: Candidate;
  readonly verdict: "promote" | "reject" | "hold";
  /** The stage that decided. */
  readonly stage: string | undefined;
  readonly reason: string;
  /** Of the gate, in milliseconds, without what made the candidate. */
  readonly ms: number;
  readonly stages: readonly { readonly id: string; readonly ms: number }[];
}

/** @returns in the order of the candidates. */
export async function judgeAll(
  candidates: readonly Candidate[],
  options: Pick<ValidatorOptions, "checkStatic"> = {},
): Promise<readonly Judged[]> {
  const folder = mkdtempSync(join(tmpdir(), "org-gate-of-candidates-"));
  const judged: Judged[] = [];
  try {
    using gate = await Gate.open(folder);
    const left = candidates.entries();
    // The workers share one iterator: each takes the next as soon as it has finished one.
    const worker = async (): Promise<void> => {
      for (const [index, candidate] of left) {
        judged[index] = await judgeOne(gate, candidate, options);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return judged;
}

async function judgeOne(
  gate: Gate,
  candidate: Candidate,
  options: Pick<ValidatorOptions, "checkStatic">,
): Promise<Judged> {
  using repository = new CandidateRepository();
  const name = candidate.make(repository);
  const startMs = performance.now();
  const { record } = await gate.judge(repository.checkout, {
    candidate: name,
    intent: candidate.intent,
    validatorOf: (others) => createValidator({ others, ...options }),
    firstHit: firstBySearch,
    signal: new AbortController().signal,
    nowMs: 0,
  });
  const ms = Math.round(performance.now() - startMs);
  const { verdict, stage, reason, stages } = record;
  return { candidate, verdict, stage, reason, ms, stages };
}

/** An attack that is promoted, a good one that is not, or one that is held without the right words. */
export function isWrong({ candidate, verdict, reason }: Judged): boolean {
  switch (candidate.kind) {
    case "attack":
      return verdict === "promote";
    case "good":
      return verdict !== "promote";
    case "held":
      return verdict !== "hold" || candidate.why?.test(reason) !== true;
    default:
      return unreachable(candidate.kind);
  }
}

/** id | expected stage | stage that caught it | ms, with the mean behind it. */
export function tableOf(judged: readonly Judged[]): string {
  const rows = judged.map(({ candidate, verdict, stage, ms }) => [
    candidate.id,
    candidate.expectedStage ?? "-",
    verdict === "promote" ? "-" : `${stage}${verdict === "hold" ? " (held)" : ""}`,
    String(ms),
  ]);
  const widths = [36, 9, 11, 7];
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ");
  const meanMs = Math.round(judged.reduce((sum, { ms }) => sum + ms, 0) / judged.length);
  const wrong = judged.filter(isWrong).length;
  return [
    line(["candidate", "expected", "caught by", "ms"]),
    ...rows.map(line),
    `${judged.length} candidates, ${wrong} wrong verdicts, ${meanMs} ms each on average`,
    "",
  ].join("\n");
}
