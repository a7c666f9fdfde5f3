/** A table of attempts, for a person. */
import type { Attempt, AttemptOutcome, AttemptResult } from "#ops/project/attempts-record.ts";
import { columnsOf } from "./columns.ts";

const OUTCOMES: Readonly<Record<AttemptOutcome, string>> = {
  passes: "✔ passes",
  held: "◐ held",
  refused: "✘ refused",
  unchanged: "· unchanged",
  failed: "· failed",
};

const HEAD = ["#", "persona", "model", "gate", "checks", "fixed", "files", "seconds", "tokens"];

/** One row an attempt, in the order given, and why where one ended early; ends with a line end. */
export function attemptsTable(attempts: readonly Attempt[]): string {
  const ended = attempts.flatMap((attempt) =>
    attempt.result === null ? [] : [{ ...attempt, result: attempt.result }],
  );
  const rows = [HEAD, ...ended.map((one) => cellsOf(one, one.result))];
  const notes = ended
    .filter(({ result }) => result.why !== "")
    .map(({ number, result }) => `${number}: ${result.why}`);
  return `${[...columnsOf(rows), ...notes].join("\n")}\n`;
}

function cellsOf({ number, persona, model }: Attempt, result: AttemptResult): readonly string[] {
  const { outcome, checks, fixed, files, added, removed, ms } = result;
  const isVerified = outcome !== "unchanged" && outcome !== "failed";
  return [
    String(number),
    persona,
    model,
    OUTCOMES[outcome],
    isVerified ? `${checks.passed} of ${checks.all}` : "-",
    isVerified ? String(fixed) : "-",
    `${files} +${added} −${removed}`,
    (ms / 1000).toFixed(1),
    `${result.promptTokens} in, ${result.completionTokens} out`,
  ];
}
