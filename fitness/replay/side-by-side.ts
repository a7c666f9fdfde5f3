/** Stage S7: the same scenarios with both generations, pair by pair, until the evidence suffices. */
import type { Objection } from "../stages.ts";
import { type SameRuns, SideBySideTest } from "../statistics/side-by-side.ts";
import type { Scenario } from "./scenario.ts";

/** @returns a score from 0 to 1. */
export type PlayScored = (scenario: Scenario) => Promise<number>;

/** The results of earlier runs. */
export interface ReplayHistory {
  /** Pairs of runs of one and the same generation, and how many of them differed. */
  readonly same: SameRuns;
  /** Scores of the best generation there ever was, by scenario. */
  readonly anchor: ReadonlyMap<string, number>;
}

export interface ReplayOptions {
  readonly scenarios: readonly Scenario[];
  readonly current: PlayScored;
  readonly candidate: PlayScored;
  readonly history: ReplayHistory;
  /** Which attempt at the same intent this is, from 1. */
  readonly attempt: number;
  /** From 0 to 1; draws scenarios. */
  readonly random: () => number;
  /** Pairs after which it holds. @default 450 */
  readonly cap?: number | undefined;
}

interface SideBySideEvidence {
  readonly pairs: number;
  /** Highest e-values: that the candidate is not worse than main, than the best ever; that it is worse. */
  readonly againstCurrent: number;
  readonly againstAnchor: number;
  readonly harm: number;
  /** What an e-value has to reach. */
  readonly needed: number;
  readonly attempt: number;
  /** How often two runs of one generation differ, as last assumed, and what that was learnt from. */
  readonly changeRate: number;
  readonly same: SameRuns;
  /** Mean score of each scenario that was drawn. */
  readonly scores: Readonly<
    Record<string, { readonly pairs: number; readonly current: number; readonly candidate: number }>
  >;
}

export interface Replayed {
  readonly evidence: SideBySideEvidence;
  /** Runs of one generation that this has added. */
  readonly same: SameRuns;
}

/** Main is played twice so often to learn how much its own runs differ. */
const SAME_RUNS = 5;

/** A scenario that two equal candidates win by turns is lost so often in a row in one of 4,000 runs. */
const AGAIN = 6;

export async function playSideBySide(
  options: ReplayOptions,
): Promise<Replayed & (object | Objection)> {
  const { scenarios, history, attempt, random, cap } = options;
  const own = await sameRuns(options);
  const same = sum(history.same, own);
  const test = new SideBySideTest({ same, attempt, cap });
  const scores = new Map<string, Totals>();
  const tried = new Set<string>();
  let differing: string | undefined;
  while (test.state.verdict === undefined && differing === undefined) {
    const scenario = drawn(scenarios, random);
    const pair = await meanPair(scenario, test.plays, options);
    add(scores, scenario.name, pair);
    test.push({ ...pair, anchor: history.anchor.get(scenario.name) ?? pair.current });
    if (pair.candidate >= pair.current || tried.has(scenario.name)) continue;
    tried.add(scenario.name);
    // Where many runs of main never differed, one loss is not chance; where few never did, one that always comes again.
    const isSure =
      test.isSteady || (same.differing === 0 && (await isAlwaysLost(scenario, options)));
    if (isSure) differing = scenario.name;
  }
  const { verdict: _, ...state } = test.state;
  const evidence = { ...state, attempt, changeRate: test.changeRate, same, scores: means(scores) };
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
    const evidenceText = `evidence ${harm.toFixed(1)}, ${needed.toFixed(1)} is needed`;
    return { reason: `it does worse than main (${evidenceText})`, details: [] };
  }
  return {
    result: "hold",
    reason: `${pairs} pairs do not tell whether it is as good as main`,
    details: [],
  };
}

/** Whether the candidate loses again and again what main plays alike each time. */
async function isAlwaysLost(scenario: Scenario, arms: Arms): Promise<boolean> {
  const mains = new Set<number>();
  for (let play = 0; play < AGAIN; play += 1) {
    const { current, candidate } = await playBoth(scenario, arms);
    mains.add(current);
    if (candidate >= current || mains.size > 1) return false;
  }
  return true;
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

async function meanPair(scenario: Scenario, plays: number, arms: Arms): Promise<Pair> {
  let [current, candidate] = [0, 0];
  for (let play = 0; play < plays; play += 1) {
    const pair = await playBoth(scenario, arms);
    current += pair.current / plays;
    candidate += pair.candidate / plays;
  }
  return { current, candidate };
}

/** Both at once: they share no room, and what else the machine does meets both alike. */
async function playBoth(scenario: Scenario, { current, candidate }: Arms): Promise<Pair> {
  const [ofCurrent, ofCandidate] = await Promise.all([current(scenario), candidate(scenario)]);
  return { current: ofCurrent, candidate: ofCandidate };
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
    return [name, { pairs, current: current / pairs, candidate: candidate / pairs }] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
