/** The tables of `bench tasks` and `bench project-tasks`. */
import { type Attempt, ENDINGS } from "./attempt.ts";
import type { Grid } from "./report.ts";
import type { TaskSet } from "./task-options.ts";

export interface Reported {
  readonly title: string;
  readonly set: Pick<TaskSet, "kinds" | "success">;
  readonly attempts: readonly Attempt[];
}

/** @returns a table of the contestants, and one of the tasks. */
export function taskReport({ title, set, attempts }: Reported): readonly Grid[] {
  const names = [...new Set(attempts.map(({ contestant }) => contestant))];
  const columns = names.map((name) => totals(name, of(name, attempts), set));
  return [
    { title, ...transposed(columns) },
    { title: `${title}: ${set.success} of the runs of each task`, ...perTask(names, attempts) },
  ];
}

function of(name: string, attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.filter(({ contestant }) => contestant === name);
}

type Totals = readonly (readonly [label: string, value: string])[];

function totals(
  name: string,
  attempts: readonly Attempt[],
  { kinds, success }: Reported["set"],
): Totals {
  const sum = (figure: (attempt: Attempt) => number): string =>
    attempts.reduce((total, attempt) => total + figure(attempt), 0).toLocaleString("en");
  const right = (some: readonly Attempt[]): string =>
    some.length === 0 ? "–" : `${some.filter((one) => one.right).length} of ${some.length}`;
  const isKnown = attempts.every(({ reused }) => reused !== undefined);
  return [
    ["", name],
    [success, right(attempts)],
    ...Object.entries(kinds).map(([kind, words]): readonly [string, string] => [
      `  ${words}`,
      right(attempts.filter((one) => one.kind === kind)),
    ]),
    ["  for tuning", right(attempts.filter(({ heldout }) => !heldout))],
    ["  held out", right(attempts.filter(({ heldout }) => heldout))],
    [
      `${success}, and a call had succeeded`,
      sum((one) => (one.right && one.succeeded > 0 ? 1 : 0)),
    ],
    ["calls made", sum((one) => one.calls)],
    ["calls that ran", sum((one) => one.ran)],
    ["calls that succeeded", sum((one) => one.succeeded)],
    ...changes(attempts, sum),
    ...ENDINGS.map((ending): readonly [string, string] => [
      ending === "answered" ? "turns with an answer" : `turns ended by: ${ending}`,
      sum((one) => (one.ended === ending ? 1 : 0)),
    ]),
    ["requests", sum((one) => one.requests)],
    ["prompt tokens evaluated", sum((one) => one.evaluated)],
    ["prompt tokens reused", isKnown ? sum((one) => one.reused ?? 0) : "not told"],
    ["tokens written", sum((one) => one.written)],
    ["seconds", sum((one) => Math.round(one.ms / 1000))],
  ];
}

/** Rows about changed files, where a contestant could change some. */
function changes(
  attempts: readonly Attempt[],
  sum: (figure: (attempt: Attempt) => number) => string,
): Totals {
  if (attempts.every(({ edits, passed }) => edits === undefined && passed === undefined)) return [];
  const hasEdits = attempts.some(({ edits }) => edits !== undefined);
  return [
    ["files pass, and nothing is handed over", sum((one) => (one.passed && !one.right ? 1 : 0))],
    ["edits made", hasEdits ? sum(({ edits }) => edits?.made ?? 0) : "no such tool"],
    ["edits refused", hasEdits ? sum(({ edits }) => edits?.refused ?? 0) : "no such tool"],
  ];
}

/** One row a figure, one column a contestant. */
function transposed(columns: readonly Totals[]): Pick<Grid, "head" | "rows"> {
  const labels = (columns[0] ?? []).map(([label]) => label);
  const [head = [], ...rows] = labels.map((label, row) => [
    label,
    ...columns.map((column) => column[row]?.[1] ?? ""),
  ]);
  return { head, rows };
}

function perTask(
  names: readonly string[],
  attempts: readonly Attempt[],
): Pick<Grid, "head" | "rows"> {
  const tasks = [...new Set(attempts.map(({ task }) => task))];
  const cell = (task: string, name: string): string => {
    const mine = of(name, attempts).filter((one) => one.task === task);
    const others = mine.filter((one) => one.ended !== "answered").map((one) => one.ended);
    const right = mine.filter((one) => one.right).length;
    return `${right} of ${mine.length}${others.length === 0 ? "" : ` (${others.join(", ")})`}`;
  };
  return {
    head: ["", ...names],
    rows: tasks.map((task) => [task, ...names.map((name) => cell(task, name))]),
  };
}
