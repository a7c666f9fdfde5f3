/** What the gate has done so far, in figures. Pure: all it needs is in its arguments. */

import type { VerdictRow } from "#fitness/gate/verdict-store.ts";
import type { Alarm } from "./alarms.ts";
import { type Change, isUndone } from "./ledger.ts";

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
  /** What main was made of, newest first. */
  readonly lineage: readonly LineageEntry[];
}

interface LineageEntry {
  readonly tag: string;
  readonly kind: Change["kind"];
  readonly from: string;
  readonly to: string;
  readonly candidate: string | null;
  /** Tag of the change that it takes back. */
  readonly undoes: string | null;
  /** ISO 8601. */
  readonly at: string;
}

export function scoreboardOf(
  verdicts: readonly VerdictRow[],
  changes: readonly Change[],
  alarms: readonly Alarm[],
): Scoreboard {
  const done = changes.filter(({ state }) => state === "done");
  const tagOf = new Map(done.map(({ id, tag }) => [id, tag]));
  const undone = new Set(done.map(({ undoes }) => tagOf.get(undoes ?? Number.NaN)));
  const stoppedAt: Record<string, number> = {};
  for (const { stage } of verdicts) {
    if (stage !== null) stoppedAt[stage] = (stoppedAt[stage] ?? 0) + 1;
  }
  return {
    verdicts: verdicts.length,
    promotions: done.filter(({ kind }) => kind === "promotion").length,
    rollbacks: done.filter(({ kind }) => kind === "rollback").length,
    standing: done.filter((one) => one.kind === "promotion" && !isUndone(one, done)).length,
    stoppedAt: Object.fromEntries(Object.entries(stoppedAt).sort()),
    medianMs: median(verdicts.map(({ ms }) => ms)),
    mutationScores: verdicts.flatMap(scoresOf),
    alarms: alarms
      .map(({ at, why, reverts }) => ({
        ...{ at: new Date(at).toISOString(), why, reverts },
        isReverted: reverts !== null && undone.has(reverts),
      }))
      .toReversed(),
    lineage: done.map(({ tag, kind, from, to, candidate, undoes, at }) => ({
      ...{ tag, kind, from, to, candidate },
      undoes: undoes === null ? null : (tagOf.get(undoes) ?? null),
      at: new Date(at).toISOString(),
    })),
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
