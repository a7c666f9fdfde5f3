/** What a burst came to: for its row in the store, and in words for a person. */
import { z } from "zod";
import type { BurstRow, EndedBurst } from "./autonomy-store.ts";

/** Actions that are a burst's own; all others are tools. */
export const REFLECT = "reflect";
export const TEST_TOOL = "test_tool";
export const CODE = "code";

/** What they bring stays: an insight, a candidate, or how a tool is. */
const FRUITFUL: ReadonlySet<string> = new Set([REFLECT, TEST_TOOL, CODE]);

/** One thing that a burst did. */
export interface BurstDeed {
  /** The action and what it was about. */
  readonly what: string;
  readonly why: string;
  readonly outcome: "done" | "failed" | "refused" | "interrupted";
  readonly result: string;
}

export interface BurstReport {
  /** Why it ended, in one word. */
  readonly end: string;
  /** What the model said at the end, or what went wrong. */
  readonly text: string;
  readonly did: readonly BurstDeed[];
  /** What was not allowed, and why. */
  readonly refused: readonly string[];
  readonly tokens: number;
  readonly calls: number;
  readonly ms: number;
}

/** The row of a burst that ended. @param endedAt milliseconds since the epoch. */
export function endedBurst(report: BurstReport, endedAt: number): EndedBurst {
  const named = (name: string) => report.did.filter(({ what }) => what.split(" ")[0] === name);
  const tests = named(TEST_TOOL);
  const isFruitful = ({ what, outcome }: BurstDeed): boolean => {
    const [name = ""] = what.split(" ");
    return (
      FRUITFUL.has(name) && (outcome === "done" || (name === TEST_TOOL && outcome === "failed"))
    );
  };
  return {
    ...{ endedAt, end: report.end, report: JSON.stringify(report) },
    isEmpty: !report.did.some(isFruitful),
    isPerfectTest: tests.length > 0 && tests.every(({ outcome }) => outcome === "done"),
  };
}

const count = z.number().min(0);
const reportSchema: z.ZodType<BurstReport> = z.object({
  ...{ end: z.string(), text: z.string(), refused: z.array(z.string()) },
  did: z.array(
    z.object({
      ...{ what: z.string(), why: z.string(), result: z.string() },
      outcome: z.enum(["done", "failed", "refused", "interrupted"]),
    }),
  ),
  ...{ tokens: count, calls: count, ms: count },
});

/** What the store has of a burst; absent while it runs. */
export function readReport({ report }: Pick<BurstRow, "report">): BurstReport | undefined {
  return report === undefined ? undefined : reportSchema.parse(JSON.parse(report));
}

/** Why a burst ended, for a person. */
const ENDS: Readonly<Record<string, string>> = {
  done: "the model had nothing more to do",
  cycles: "it had asked what to do next as often as a burst may",
  time: "its time was over",
  tokens: "the tokens of the day are used up",
  money: "the money of the day is used up",
  budget: "a budget of the home is used up",
  calls: "it had asked the model as often as a burst may",
  actions: "it had done as much as a burst may",
  loop: "it wanted the same for the third time",
  stalled: "nothing new came of it",
  human: "you were there again",
  stopped: "you switched it off",
  owner: "the process that owns the home did not answer any more",
  killed: "its process ended in the middle",
  error: "something failed",
};

/** A burst as a person reads it. */
export function reportText(burst: BurstRow): string {
  const began = new Date(burst.startedAt).toISOString().slice(0, 16).replace("T", " ");
  const report = readReport(burst);
  if (report === undefined) return `${began} UTC: a burst runs  → org auto stop`;
  const { end, text, did, refused, tokens, calls, ms } = report;
  const marks = { done: "✔", failed: "✘", refused: "–", interrupted: "…" };
  const rows = did.flatMap(({ what, why, outcome, result }) => [
    `${marks[outcome]} ${oneRow(what)}${why === "" ? "" : `  (${oneRow(why)})`}`,
    ...(result === "" ? [] : [`    ${oneRow(result)}`]),
  ]);
  return [
    `${began} UTC, ${Math.round(ms / 1000)} s, ${calls} ${calls === 1 ? "question" : "questions"}, ${tokens} tokens: ${ENDS[end] ?? end}`,
    ...rows.map((row) => `  ${row}`),
    ...refused.map((one) => `  refused: ${oneRow(one)}`),
    ...(text === "" ? [] : [`  ${oneRow(text)}`]),
  ].join("\n");
}

const ROW = 240;

function oneRow(text: string): string {
  const row = text.replace(/\s+/g, " ").trim();
  return row.length <= ROW ? row : `${row.slice(0, ROW - 1)}…`;
}
