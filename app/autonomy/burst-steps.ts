/** What a burst did, by its steps. */
import { roomEventSchema } from "#core/event-schema.ts";
import type { GoalStep } from "#core/goal-step.ts";
import type { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import type { BurstDeed, BurstReport } from "#home/autonomy/burst-report.ts";
import { type CycleReport, CycleState } from "#room/cycles/cycle-state.ts";

/** The steps of a burst as they are on disk. */
export function stepsOf(store: Pick<AutonomyStore, "steps">, burst: string): readonly GoalStep[] {
  return store.steps(burst).flatMap((body) => {
    const step = roomEventSchema.parse(JSON.parse(body));
    return step.type === "goal" ? [step] : [];
  });
}

/** What is known of a burst whose process did not come to say it. */
export function reportOfSteps(steps: readonly GoalStep[], end: string): BurstReport {
  const state = new CycleState();
  for (const step of steps) state.apply(step);
  const report = burstReport(state.reportOf("stopped", ""), end);
  const { action } = state;
  if (action === undefined) return report;
  const open: BurstDeed = {
    ...{ what: whatOf(action), why: action.why },
    ...{ outcome: "interrupted", result: "It was not seen to end." },
  };
  return { ...report, did: [...report.did, open] };
}

export function burstReport(
  { text, cycles, refused, spent }: CycleReport,
  end: string,
): BurstReport {
  return {
    ...{ end, text, refused },
    did: cycles.map(({ action, outcome, summary }) => ({
      what: action === undefined ? "a reply without an action" : whatOf(action),
      ...{ why: action?.why ?? "", outcome, result: summary },
    })),
    ...{ tokens: spent.tokens, calls: spent.calls, ms: spent.ms },
  };
}

function whatOf({ name, args }: NonNullable<GoalStep["action"]>): string {
  const about = Object.values(args)
    .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
    .join(" ");
  return about === "" ? name : `${name} ${about}`;
}
