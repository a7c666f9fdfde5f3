/** What the gate has done so far, in figures. Pure: all it needs is in its arguments. */

import { z } from "zod";
import { parseJson } from "#core/json.ts";
import type { VerdictRow } from "#fitness/gate/verdict-store.ts";
import type { Alarm } from "./alarms.ts";
import { type Change, wasReverted } from "./ledger.ts";

export interface Scoreboard {
  readonly verdicts: number;
  readonly promotions: number;
  readonly rollbacks: number;
  /** Promotions that no rollback has reverted. */
  readonly standing: number;
  /** How many were stopped at each stage. */
  readonly stoppedAt: Readonly<Record<string, number>>;
  /** Milliseconds to the verdict. */
  readonly medianMs: number | null;
  readonly mutationScores: readonly { readonly tool: string; readonly score: number }[];
  /** Of the watch over promoted tools, newest first. */
  readonly alarms: readonly {
    /** ISO 8601. */
    readonly at: string;
    readonly why: string;
    /** Tag of the promotion that is blamed. */
    readonly reverts: string | null;
    /** Whether a rollback has reverted that promotion; it may still be under way, or have failed. */
    readonly isReverted: boolean;
  }[];
  /** Comparisons with main (S7), oldest first: how the evidence went over time. */
  readonly evidence: readonly Comparison[];
  readonly survival: Survival;
  /** What main was made of, newest first. */
  readonly lineage: readonly LineageEntry[];
}

/** Values are e-values, at their highest. */
interface Comparison {
  /** ISO 8601. */
  readonly at: string;
  readonly branch: string;
  readonly verdict: VerdictRow["verdict"];
  readonly pairs: number;
  /** That the candidate is not worse than main, than the best there ever was; that it is worse. */
  readonly notWorse: number;
  readonly notWorseThanBest: number;
  readonly worse: number;
  /** What one of them has to reach. */
  readonly needed: number;
}

/** What became of promotions that have had seven days. */
interface Survival {
  readonly days: number;
  /** So many were made at least so long ago. */
  readonly of: number;
  /** Of them, so many stood when the days were over. */
  readonly survived: number;
  /** Younger ones, whose outcome is open and which stand. */
  readonly younger: number;
}

interface LineageEntry {
  readonly tag: string;
  readonly kind: Change["kind"];
  readonly from: string;
  readonly to: string;
  readonly candidate: string | null;
  /** Tag of the change that it reverts. */
  readonly undoes: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/** What the gate and the watch wrote down. */
interface GateHistory {
  /** Newest first. */
  readonly verdicts: readonly VerdictRow[];
  /** Newest first. */
  readonly changes: readonly Change[];
  /** Oldest first. */
  readonly alarms: readonly Alarm[];
}

/** @param now milliseconds since the epoch. */
export function scoreboardOf({ verdicts, changes, alarms }: GateHistory, now: number): Scoreboard {
  const done = changes.filter(({ state }) => state === "done");
  const tagOf = new Map(done.map(({ id, tag }) => [id, tag]));
  const reverted = new Set(done.map(({ undoes }) => tagOf.get(undoes ?? Number.NaN)));
  const stoppedAt: Record<string, number> = {};
  for (const { stage } of verdicts) {
    if (stage !== null) stoppedAt[stage] = (stoppedAt[stage] ?? 0) + 1;
  }
  return {
    verdicts: verdicts.length,
    promotions: done.filter(({ kind }) => kind === "promotion").length,
    rollbacks: done.filter(({ kind }) => kind === "rollback").length,
    standing: done.filter((one) => one.kind === "promotion" && !wasReverted(one, done)).length,
    stoppedAt: Object.fromEntries(Object.entries(stoppedAt).sort()),
    medianMs: median(verdicts.map(({ ms }) => ms)),
    mutationScores: verdicts.flatMap(scoresOf),
    alarms: alarms
      .map(({ at, why, reverts }) => ({
        ...{ at: new Date(at).toISOString(), why, reverts },
        isReverted: reverts !== null && reverted.has(reverts),
      }))
      .toReversed(),
    evidence: verdicts.flatMap((row) => comparisonOf(row) ?? []).toReversed(),
    survival: survivalOf(done, now),
    lineage: done.map(({ tag, kind, from, to, candidate, undoes, at }) => ({
      ...{ tag, kind, from, to, candidate },
      undoes: undoes === null ? null : (tagOf.get(undoes) ?? null),
      at: new Date(at).toISOString(),
    })),
  };
}

const SURVIVED_DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A rollback that was itself reverted within the days does not count. @param done newest first. */
function survivalOf(done: readonly Change[], now: number): Survival {
  const promotions = done.filter(({ kind }) => kind === "promotion");
  const old = promotions.filter(({ at }) => now - at >= SURVIVED_DAYS * DAY_MS);
  const survived = old.filter((one) => {
    const until = one.at + SURVIVED_DAYS * DAY_MS;
    return !wasReverted(
      one,
      done.filter(({ at }) => at <= until),
    );
  });
  const young = promotions.filter((one) => !old.includes(one) && !wasReverted(one, done));
  return {
    ...{ days: SURVIVED_DAYS, of: old.length, survived: survived.length },
    younger: young.length,
  };
}

const value = z.number();

/** What S7 writes down; a record of an older version may lack any of it. */
const comparisonSchema = z.object({
  measured: z.object({
    S7: z.object({
      ...{ pairs: value, againstCurrent: value, againstAnchor: value, harm: value, needed: value },
    }),
  }),
});

/** @returns nothing where main's suite was not played. */
export function comparisonOf({
  record,
  at,
  branch,
  verdict,
}: Pick<VerdictRow, "record" | "at" | "branch" | "verdict">): Comparison | undefined {
  const { data } = comparisonSchema.safeParse(parseJson(record));
  if (data === undefined) return undefined;
  const { pairs, againstCurrent, againstAnchor, harm, needed } = data.measured.S7;
  return {
    ...{ at: new Date(at).toISOString(), branch, verdict, pairs },
    ...{ notWorse: againstCurrent, notWorseThanBest: againstAnchor, worse: harm, needed },
  };
}

function scoresOf({ verdict, record }: VerdictRow): Scoreboard["mutationScores"] {
  if (verdict !== "promote") return [];
  // Our own record, as the gate signed it.
  const { tools } = JSON.parse(record) as {
    readonly tools: Record<string, { readonly tests?: { readonly mutationScore: number } }>;
  };
  return Object.entries(tools).flatMap(([tool, { tests }]) =>
    tests === undefined ? [] : [{ tool, score: tests.mutationScore }],
  );
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
