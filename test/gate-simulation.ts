/** Plays many candidates of known quality through the gate's statistics, to see how often it errs. */
import {
  type SameRuns,
  type SideBySideOptions,
  type SideBySideState,
  SideBySideTest,
} from "#fitness/statistics/side-by-side.ts";

/** How a candidate differs in truth: a pair differs with `changeRate`, by `loss` on average. */
export interface Truth {
  readonly loss: number;
  readonly changeRate: number;
}

export interface Outcomes {
  readonly promoted: number;
  readonly rejected: number;
  readonly held: number;
  /** Mean number of pairs until the verdict. */
  readonly pairs: number;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Rates over many runs of candidates that are all alike; the anchor is the current generation. */
export function simulate(
  truth: Truth,
  options: SideBySideOptions & { readonly runs: number },
  random: () => number,
): Outcomes {
  const counts = { promote: 0, reject: 0, hold: 0 };
  let pairs = 0;
  for (let run = 0; run < options.runs; run += 1) {
    const { verdict, pairs: needed } = judgeOnce(truth, options, random);
    counts[verdict ?? "hold"] += 1;
    pairs += needed;
  }
  return {
    promoted: counts.promote / options.runs,
    rejected: counts.reject / options.runs,
    held: counts.hold / options.runs,
    pairs: pairs / options.runs,
  };
}

/**
 * The part of candidates that are promoted where both versions score alike.
 *
 * @param live how often a play scores 1, and what the best generation scored, a scenario each.
 */
export function simulateBehind(
  { right, anchors }: { readonly right: number; readonly anchors: readonly number[] },
  options: SideBySideOptions & { readonly runs: number },
  random: () => number,
): number {
  let promoted = 0;
  for (let run = 0; run < options.runs; run += 1) {
    const test = new SideBySideTest(options);
    while (test.state.verdict === undefined) {
      const anchor = anchors[Math.floor(random() * anchors.length)] ?? 0;
      const { plays } = test;
      const score = (): number => {
        let sum = 0;
        for (let play = 0; play < plays; play += 1) sum += random() < right ? 1 / plays : 0;
        return sum;
      };
      test.push({ candidate: score(), current: score(), anchor });
    }
    if (test.state.verdict === "promote") promoted += 1;
  }
  return promoted / options.runs;
}

/**
 * The part of makers that have a candidate promoted in the end.
 *
 * @param attempts as what each of its candidates counts.
 */
export function simulateResubmission(
  truth: Truth,
  { attempts, runs, ...options }: SideBySideOptions & { attempts: readonly number[]; runs: number },
  random: () => number,
): number {
  let promoted = 0;
  for (let run = 0; run < runs; run += 1) {
    const isPromoted = (attempt: number): boolean =>
      judgeOnce(truth, { ...options, attempt }, random).verdict === "promote";
    if (attempts.some(isPromoted)) promoted += 1;
  }
  return promoted / runs;
}

/**
 * Quality after a line of candidates that are each a little worse than the generation they came from.
 *
 * @param allowedAnchorLoss 1 stands for no anchor at all.
 */
export function simulateDrift(
  step: {
    readonly loss: number;
    readonly candidates: number;
    readonly allowedAnchorLoss: number;
    readonly same: SameRuns;
  },
  random: () => number,
): number {
  const start = 0.8;
  let [current, best] = [start, start];
  for (let index = 0; index < step.candidates; index += 1) {
    const candidate = current + (random() - 0.5) * 0.04 - step.loss;
    const test = new SideBySideTest({
      same: step.same,
      allowedAnchorLoss: step.allowedAnchorLoss,
    });
    for (;;) {
      // One scenario is as hard for all three: its luck is shared, but for the part that changes.
      const lucks = Array.from({ length: test.plays }, random);
      const score = (quality: number): number =>
        lucks.filter((luck) => luck < quality).length / lucks.length;
      const { verdict } = test.push({
        candidate: score(candidate),
        current: score(current),
        anchor: score(best),
      });
      if (verdict === undefined) continue;
      if (verdict === "promote") current = candidate;
      best = Math.max(best, current);
      break;
    }
  }
  return current;
}

function judgeOnce(
  { loss, changeRate }: Truth,
  options: SideBySideOptions,
  random: () => number,
): SideBySideState {
  const test = new SideBySideTest(options);
  const won = (changeRate - loss) / 2;
  const play = (): number => {
    const draw = random();
    return draw < won ? 1 : draw < changeRate ? -1 : 0;
  };
  for (;;) {
    const difference = test.plays === 2 ? (play() + play()) / 2 : play();
    const current = 0.5 - difference / 2;
    const state = test.push({ candidate: 0.5 + difference / 2, current, anchor: current });
    if (state.verdict !== undefined) return state;
  }
}
