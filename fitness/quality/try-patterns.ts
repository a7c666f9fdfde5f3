/** Tries the regular expressions of a tool out, in processes of the sandbox. */
import type { PatternTrials, SlowTrial, Trial } from "../oracle/backtracking.ts";
import type { ManyAnswer, ManyAnswers, ManyInputs } from "./ask-many.ts";

/** Processor time of a process in milliseconds; what takes so long ends there. */
const TRIED_CPU_MS = 6000;
/** The same where only the patterns are asked for: those that were met by then are enough. */
const WATCHED_CPU_MS = 2000;
/** The same of one input by itself, the start of its process included. */
const ALONE_CPU_MS = 3500;
/** As many inputs are tried again by themselves. */
const MOST_AGAIN = 4;

/** Where a process came to an end. */
interface End extends SlowTrial {
  readonly isSlow: boolean;
}

/** @param ask asks the tool many inputs in one process. */
export function triesOf(ask: (inputs: ManyInputs) => Promise<ManyAnswers>): PatternTrials {
  return {
    patternsFor: async (inputs) =>
      (await ask({ inputs, cpuMs: WATCHED_CPU_MS, tellsPatterns: true })).patterns,
    firstSlow: async (trials) => {
      let from = 0;
      for (let again = 0; again < MOST_AGAIN && from < trials.length; again += 1) {
        const end = await endIn(trials.slice(from), TRIED_CPU_MS);
        const trial = trials[from + (end?.index ?? trials.length)];
        if (end === undefined || trial === undefined) return;
        // Many that are not slow may spend the time of a process, and a busy machine counts what others do.
        const alone = end.isSlow ? await endIn([trial], ALONE_CPU_MS) : undefined;
        if (alone?.isSlow === true) return { index: from + end.index, ms: alone.ms };
        from += end.index + 1;
      }
      return;
    },
  };

  async function endIn(trials: readonly Trial[], cpuMs: number): Promise<End | undefined> {
    const { answers, killed } = await ask({
      inputs: trials.map(({ input }) => input),
      mostMs: trials.map(({ mostMs }) => mostMs),
      cpuMs,
    });
    const index = answers.findIndex((answer) => answer === undefined || isSlow(answer));
    const { slowMs: ms } = answers[index] ?? {};
    // A crash is not a matter of processor time, nor is an end for want of memory or by the clock.
    return index < 0 ? undefined : { index, ms, isSlow: ms !== undefined || killed === "cpu" };
  }
}

function isSlow(answer: NonNullable<ManyAnswer>): boolean {
  return answer.slowMs !== undefined;
}
