/** Decides, pair by pair, whether a candidate may take the place of the current generation. */
import { HarmEvidence, NoHarmEvidence } from "./difference-tests.ts";
import { levelOfAttempt } from "./evidence.ts";

export interface SideBySideOptions {
  /** Highest rate of promotions that are in truth losses, over all attempts at one intent. @default 0.05 */
  readonly alpha?: number | undefined;
  /** Which attempt at the same intent this is, from 1. @default 1 */
  readonly attempt?: number | undefined;
  /** Mean loss allowed against the current generation. @default 0.10 */
  readonly allowedLoss?: number | undefined;
  /** Mean loss allowed against the best generation there ever was. @default 0.05 */
  readonly allowedAnchorLoss?: number | undefined;
  /** How often two runs of the same generation differ, from the ledger of such runs. */
  readonly changeRate: number;
  /** Pairs after which it holds. @default 300 */
  readonly cap?: number | undefined;
}

/** Scores of one scenario from 0 to 1, played by all three. */
export interface ScorePair {
  readonly candidate: number;
  readonly current: number;
  /** The best generation there ever was; without it many small losses, each allowed, add up. */
  readonly anchor: number;
}

export type SideBySideVerdict = "promote" | "reject" | "hold";

export interface SideBySideState {
  /** Absent: more pairs are needed. */
  readonly verdict?: SideBySideVerdict | undefined;
  readonly pairs: number;
  /** Highest evidence so far that the candidate is not worse than the current generation. */
  readonly againstCurrent: number;
  readonly againstAnchor: number;
  /** Highest evidence so far that it is worse. */
  readonly harm: number;
  /** What the evidence has to reach: 1/α of this attempt. */
  readonly needed: number;
}

export class SideBySideTest {
  readonly #current: NoHarmEvidence;
  readonly #anchor: NoHarmEvidence;
  readonly #harm: HarmEvidence;
  readonly #alpha: number;
  readonly #cap: number;
  #pairs = 0;
  #verdict: SideBySideVerdict | undefined;

  constructor(options: SideBySideOptions) {
    const { changeRate, allowedLoss = 0.1, allowedAnchorLoss = 0.05 } = options;
    this.#alpha = levelOfAttempt(options.alpha ?? 0.05, options.attempt ?? 1);
    this.#cap = options.cap ?? 300;
    this.#current = new NoHarmEvidence({ delta: allowedLoss, changeRate });
    this.#anchor = new NoHarmEvidence({ delta: allowedAnchorLoss, changeRate });
    // The smaller loss is the more careful bet: a neutral candidate is rejected three times less often
    // (0.6 % instead of 1.8 % of simulated runs).
    const delta = Math.min(allowedLoss, allowedAnchorLoss);
    this.#harm = new HarmEvidence({ delta, changeRate });
  }

  /** Takes the scores of one more scenario; a verdict that was reached stays. */
  push({ candidate, current, anchor }: ScorePair): SideBySideState {
    if (this.#verdict !== undefined) return this.state;
    this.#pairs += 1;
    this.#current.push(candidate - current);
    this.#anchor.push(candidate - anchor);
    this.#harm.push(candidate - current);
    this.#verdict = this.#judge();
    return this.state;
  }

  get state(): SideBySideState {
    return {
      verdict: this.#verdict,
      pairs: this.#pairs,
      againstCurrent: this.#current.peak,
      againstAnchor: this.#anchor.peak,
      harm: this.#harm.peak,
      needed: 1 / this.#alpha,
    };
  }

  #judge(): SideBySideVerdict | undefined {
    // Harm first: where both are shown, the evidence contradicts itself and nothing is promoted.
    if (this.#harm.refutes(this.#alpha)) return "reject";
    if (this.#current.refutes(this.#alpha) && this.#anchor.refutes(this.#alpha)) return "promote";
    return this.#pairs >= this.#cap ? "hold" : undefined;
  }
}
