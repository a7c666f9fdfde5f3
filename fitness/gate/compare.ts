/** Stage S7 in a home: main's suite, two stages to play it on, and the results of earlier replays. */

import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { playScenario, type Stage } from "../replay/play.ts";
import { ReplayLedger } from "../replay/replay-ledger.ts";
import type { Scenario } from "../replay/scenario.ts";
import { scoreOf } from "../replay/score.ts";
import { type PlayScored, playSideBySide } from "../replay/side-by-side.ts";
import type { Comparison } from "./gate.ts";
import type { Arms, Measured } from "./judge.ts";

/** A generation with a model of its own that says what is recorded. */
export type OpenStage = (
  tools: ReadonlyMap<string, ToolFolder>,
) => Promise<Stage & AsyncDisposable>;

export interface ReplayContext {
  readonly scenarios: readonly Scenario[];
  /** Path of the database. */
  readonly ledger: string;
  readonly openStage: OpenStage;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** From 0 to 1. @default that of the machine: no candidate may foresee what is drawn */
  readonly random?: (() => number) | undefined;
}

/** Plays the suite to both, and writes down what it shows of main. */
export async function compareArms(
  { before, after }: Arms,
  { main, attempt }: Comparison,
  context: ReplayContext,
): Promise<Measured> {
  const { scenarios, openStage, signal, nowMs, random = Math.random } = context;
  await using current = await openStage(before);
  await using candidate = await openStage(after);
  const on = (stage: Stage): PlayScored => {
    return async (scenario) => scoreOf(await playScenario(stage, scenario, signal), scenario);
  };
  using ledger = new ReplayLedger(context.ledger);
  const arms = { current: on(current), candidate: on(candidate) };
  const history = ledger.history();
  const played = await playSideBySide({ scenarios, ...arms, history, attempt, random });
  ledger.addSameRuns(played.same, nowMs);
  const scores = Object.entries(played.evidence.scores);
  ledger.addScores({
    generation: main,
    scores: new Map(scores.map(([name, { pairs, current: mean }]) => [name, { pairs, mean }])),
    at: nowMs,
  });
  return played;
}
