/** What the supervisor tells of a day. */
import { dayOf } from "#core/day-of.ts";
import type { DayFigures } from "./day-table.ts";
import type { FixRecord, FixState } from "./fix-record.ts";

export interface DayReport extends DayFigures {
  /** In UTC. */
  readonly day: string;
  /** What was found on that day, oldest first. */
  readonly fixes: readonly FixRecord[];
  /** Roles that wait for a person. */
  readonly givenUp: readonly string[];
}

const MOST_TOOLS = 5;
const MEANINGS: Readonly<Partial<Record<FixState, string>>> = {
  verified: "mended",
  proposed: "waiting for you",
  told: "told",
  over: "gone by itself",
};

/** @param records all that are stored. */
export function dayReport(
  day: string,
  from: {
    readonly figures: DayFigures;
    readonly records: readonly FixRecord[];
    readonly givenUp: readonly string[];
  },
): DayReport {
  const fixes = from.records
    .filter(({ foundAt }) => dayOf(foundAt) === day)
    .toSorted((a, b) => a.id - b.id);
  return { day, ...from.figures, fixes, givenUp: from.givenUp };
}

/** Lines of text without ending: figures alone, and names of patterns and tools. */
export function reportLines(report: DayReport): readonly string[] {
  const { day, turns, cut, tokens, tools, fixes, givenUp } = report;
  const calls = tools.reduce((sum, one) => sum + one.calls, 0);
  const failed = tools.reduce((sum, one) => sum + one.failed, 0);
  const ends = [...Map.groupBy(fixes, ({ state }) => MEANINGS[state] ?? state)];
  const found = ends.map(([what, group]) => `${group.length} ${what}`).join(", ");
  return [
    `${day}: ${fixes.length} found${found === "" ? "" : ` (${found})`}`,
    `turns ${turns}, of them ${cut} without a complete answer; tokens ${tokens}`,
    `calls of tools ${calls}, of them ${failed} failed`,
    ...tools.slice(0, MOST_TOOLS).map((one) => {
      const mean = Math.round(one.ms / one.calls);
      return `  ${one.tool}: ${one.calls} calls, ${one.failed} failed, ${mean} ms each`;
    }),
    ...fixes.map(
      ({ id, pattern, subject, state }) => `  fix ${id}: ${pattern} (${subject}) ${state}`,
    ),
    ...givenUp.map((role) => `  ${role} was given up: org fixes resume ${role}`),
  ];
}
