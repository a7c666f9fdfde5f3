/** How much of what a scenario expects has come of it. */
import type { ExpectedCall, Scenario } from "./scenario.ts";

export interface Played {
  readonly calls: readonly PlayedCall[];
  /** The last answer; empty when there was none. */
  readonly answer: string;
  /** Why the turn ended. */
  readonly reason: string;
}

interface PlayedCall {
  readonly name: string;
  readonly ok: boolean;
  /** What the model was told of it. */
  readonly output: string;
}

/** From 0 to 1: the part of the points that are met. Each call is one, so are the answer and the turn's end. */
export function scoreOf({ calls, answer, reason }: Played, { expect }: Scenario): number {
  const points = [
    ...expect.calls.map((call, index) => isMet(call, calls[index])),
    // A call that was not asked for is a difference too.
    calls.length <= expect.calls.length,
    reason === "complete",
    ...(expect.answer === undefined ? [] : [answer === expect.answer]),
  ];
  return points.filter(Boolean).length / points.length;
}

function isMet({ name, ok, includes }: ExpectedCall, played: PlayedCall | undefined): boolean {
  if (played === undefined || played.name !== name || played.ok !== ok) return false;
  return includes === undefined || played.output.includes(includes);
}
