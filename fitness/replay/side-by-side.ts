/** Stage S7: the same scenarios with both generations, pair by pair, until the evidence suffices. */
import type { Objection } from "../stages.ts";
import { SideBySideTest } from "../statistics/side-by-side.ts";
import type { Scenario } from "./scenario.ts";

/** @returns a score from 0 to 1. */
export type PlayScored = (scenario: Scenario) => Promise<number>;

/** What earlier runs have shown. */
export interface ReplayHistory {
  /** Pairs of runs of one and the same generation, and how many of them differed. */
  readonly same: SameRuns;
  /** Scores of the best generation there ever was, by scenario. */
  readonly anchor: ReadonlyMap<string, number>;
}

export interface SameRuns {
  readonly pairs: number;
  readonly differing: number;
}

export interface ReplayOptions {
  readonly scenarios: readonly Scenario[];
  readonly current: PlayScored;
  readonly candidate: PlayScored;
  readonly history: ReplayHistory;
  /** Which attempt at the same intent this is, from 1. */
  readonly attempt: number;
  /** From 0 to 1; draws scenarios and the order of the arms. */
  readonly random: () => number;
  /** Pairs after which it holds. @default 300 */
  readonly cap?: number | undefined;
}

export interface SideBySideEvidence {
  readonly pairs: number;
  /** Highest e-values: that the candidate is not worse than main, than the best ever; that it is worse. */
  readonly againstCurrent: number;
  readonly againstAnchor: number;
  readonly harm: number;
  /** What an e-value has to reach. */
  readonly needed: number;
  readonly attempt: number;
  /** How often two runs of one generation differ, and out of how many pairs that is known. */
  readonly changeRate: number;
  readonly same: SameRuns;
  /** Mean score of each scenario that was drawn. */
  readonly scores: Readonly<
    Record<string, { readonly current: number; readonly candidate: number }>
  >;
}

export interface Replayed {
  readonly evidence: SideBySideEvidence;
  /** Runs of one generation that this has added. */
  readonly same: SameRuns;
}

/** Main is played twice so often to learn how much its own runs differ. */
const SAME_RUNS = 5;

export async function playSideBySide(
  options: ReplayOptions,
): Promise<Replayed & (object | Objection)> {
  const { scenarios, current, candidate, history, attempt, random, cap } = options;
  const own = await sameRuns(options);
  const same = sum(history.same, own);
  // The bets are made before the first pair is seen.
  const changeRate = same.pairs === 0 ? 0 : same.differing / same.pairs;
  const test = new SideBySideTest({ changeRate, attempt, cap });
  const scores = new Map<string, Totals>();
  let differing: string | undefined;
  while (test.state.verdict === undefined && differing === undefined) {
    const scenario = drawn(scenarios, random);
    const pair = await inAnyOrder(scenario, { current, candidate }, random);
    add(scores, scenario.name, pair);
    test.push({ ...pair, anchor: history.anchor.get(scenario.name) ?? pair.current });
    // Where main's own runs never differ, one loss is no chance.
    if (changeRate === 0 && pair.candidate < pair.current) differing = scenario.name;
  }
  const { verdict: _, ...state } = test.state;
  const evidence = { ...state, attempt, changeRate, same, scores: means(scores) };
  return { evidence, same: own, ...objection(test, differing) };
}

function objection(test: SideBySideTest, differing: string | undefined): object | Objection {
  const { verdict, pairs, harm, needed } = test.state;
  if (differing !== undefined) {
    const reason = `"${differing}" goes worse than with main, and the candidate does not declare it`;
    return { reason, details: [reason] };
  }
  if (verdict === "promote") return {};
  if (verdict === "reject") {
    const shown = `evidence ${harm.toFixed(1)}, ${needed.toFixed(1)} is needed`;
    return { reason: `it does worse than main (${shown})`, details: [] };
  }
  return {
    result: "hold",
    reason: `${pairs} pairs do not tell whether it is as good as main`,
    details: [],
  };
}

async function sameRuns({ scenarios, current, random }: ReplayOptions): Promise<SameRuns> {
  let differing = 0;
  for (let run = 0; run < SAME_RUNS; run += 1) {
    const scenario = drawn(scenarios, random);
    const first = await current(scenario);
    if (first !== (await current(scenario))) differing += 1;
  }
  return { pairs: SAME_RUNS, differing };
}

/** With replacement: pairs stay independent of each other. */
function drawn(scenarios: readonly Scenario[], random: () => number): Scenario {
  const scenario = scenarios[Math.floor(random() * scenarios.length)];
  if (scenario === undefined) throw new Error("A suite without scenarios was played");
  return scenario;
}

function sum(one: SameRuns, other: SameRuns): SameRuns {
  return { pairs: one.pairs + other.pairs, differing: one.differing + other.differing };
}

type Arms = Pick<ReplayOptions, "current" | "candidate">;
type Pair = Readonly<Record<keyof Arms, number>>;

/** What comes second may find a warmer machine: which one that is, chance decides. */
async function inAnyOrder(
  scenario: Scenario,
  { current, candidate }: Arms,
  random: () => number,
): Promise<Pair> {
  if (random() < 0.5) {
    const first = await current(scenario);
    return { current: first, candidate: await candidate(scenario) };
  }
  const first = await candidate(scenario);
  return { candidate: first, current: await current(scenario) };
}

interface Totals {
  pairs: number;
  current: number;
  candidate: number;
}

function add(scores: Map<string, Totals>, name: string, { current, candidate }: Pair): void {
  const { pairs, ...sums } = scores.get(name) ?? { pairs: 0, current: 0, candidate: 0 };
  const next = { current: sums.current + current, candidate: sums.candidate + candidate };
  scores.set(name, { pairs: pairs + 1, ...next });
}

function means(scores: ReadonlyMap<string, Totals>): SideBySideEvidence["scores"] {
  const entries = [...scores].map(([name, { pairs, current, candidate }]) => {
    return [name, { current: current / pairs, candidate: candidate / pairs }] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
