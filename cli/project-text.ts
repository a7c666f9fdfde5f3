/** What the gate of a project says and what a room lacks, for a person. */

import type { ProjectFinding } from "#fitness/project/finding.ts";
import type { CheckRow, ProjectJudgement } from "#fitness/project/judge-project.ts";
import { figuresOf, type MeasureRow } from "#fitness/project/measure.ts";
import { type CheckRun, passed } from "#fitness/project/run-checks.ts";
import type { Review } from "#ops/project/review.ts";
import type { NewestChange } from "#ops/project/signed-tag.ts";
import type { HiddenFiles } from "#ops/project/work.ts";

const HEADS: Readonly<Record<ProjectJudgement["outcome"], string>> = {
  passes: "✔ It passes the gate.",
  held: "◐ The gate holds it for your decision.",
  refused: "✘ The gate refuses it.",
};
const MARKS: Readonly<Record<ProjectFinding["severity"], string>> = {
  refused: "✘",
  held: "◐",
  note: "·",
};

/** Checks, findings and the outcome, a line each; ends with a line end. */
export function reviewText({ outcome, judgement, merged, hooks = [], critic }: Review): string {
  const lines = [
    ...judgementLines(judgement),
    ...(merged === undefined
      ? []
      : ["On your branch as it is committed now:", ...judgementLines(merged)]),
    ...hooks.map(findingLine),
    ...(critic === undefined ? [] : [findingLine(critic)]),
    HEADS[outcome],
  ];
  return `${lines.join("\n")}\n`;
}

function judgementLines({ findings, checks, measure }: ProjectJudgement): readonly string[] {
  return [
    ...checks.flatMap(checkLines),
    ...(measure === undefined ? [] : [measureLine(measure)]),
    ...findings.map(findingLine),
  ];
}

/** One finding by itself; ends with a line end. */
export function findingText(finding: ProjectFinding): string {
  return `${findingLine(finding)}\n`;
}

function findingLine({ stage, severity, text }: ProjectFinding): string {
  return `${MARKS[severity]} ${stage}  ${text}`;
}

function checkLines({ command, base, candidate }: CheckRow): readonly string[] {
  const head = `${passed(candidate) ? "✔" : "✘"} ${command}  yours: ${runText(base)}  the room's: ${runText(candidate)}`;
  const end = passed(candidate) ? [] : candidate.tail.trimEnd().split("\n").slice(-TAIL_LINES);
  return [head, ...end.map((line) => `    ${line}`)];
}

function measureLine(row: MeasureRow): string {
  const mark = row.evidence >= row.needed ? "✘" : "✔";
  return `${mark} ${row.command}  ${figuresOf(row)}`;
}

/** Of what a failed check printed, so many lines are shown. */
const TAIL_LINES = 20;

function runText(run: CheckRun): string {
  const { exit, stopped, ms, tests } = run;
  const good = tests.filter(({ status }) => status === "passed").length;
  const counted = tests.length === 0 ? "" : `, ${good} of ${tests.length} tests`;
  const end = stopped === null ? (exit === 0 ? "passed" : `exit ${exit}`) : `stopped (${stopped})`;
  return `${end}${counted} (${(ms / 1000).toFixed(1)} s)`;
}

/** A row about what org did last to the user's branch, and whether the tag on it verifies. */
export function landedRow({ kind, candidate, into, tag, fault }: NewestChange): string {
  const head = kind === "promotion" ? "promoted" : "reverted";
  const named = tag === null ? "its tag" : `the tag ${tag}`;
  const signature = fault === null ? `${tag}, whose signature verifies` : `${named} ${fault}`;
  return `${head.padEnd(12)}${candidate} on ${into}: ${signature}`;
}

/** Of files that the room lacks, so many are named. */
const MOST_NAMED = 5;

/** Rows of files that the project has and the room lacks; not cleaned for a screen. None where it lacks none. */
export function lackingRows({ hidden, left }: HiddenFiles): readonly string[] {
  return [
    ...namesRow("hidden", hidden),
    ...namesRow(
      "left out",
      left.map(({ path, why }) => `${path} (${why})`),
    ),
  ];
}

function namesRow(head: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length - MOST_NAMED;
  const named = names.slice(0, MOST_NAMED).map((name) => name.replace(/\s+/g, " "));
  const rest = more > 0 ? [`and ${more} more`] : [];
  return [`${head.padEnd(12)}${[`${names.length}: ${named.join(", ")}`, ...rest].join(" ")}`];
}
