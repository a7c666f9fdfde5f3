/** Tries the regular expressions of a tool out, in processes of the sandbox. */
import type { PatternTrials, Trial } from "../oracle/backtracking.ts";
import type { ManyAnswer, ManyAnswers, ManyInputs } from "./ask-many.ts";

/** Processor time of a process in milliseconds; what takes so long ends there. */
const TRIED_CPU_MS = 6000;
/** The same where only the patterns are requested: those that were met by then are enough. */
const WATCHED_CPU_MS = 2000;
/** The same of one input by itself, the start of its process included. */
const ALONE_CPU_MS = 3500;
/** Processor time of all trials of a tool in milliseconds; ordinary ones take two seconds. */
const ALL_CPU_MS = 120_000;

/** How a process with several inputs ended. */
interface End {
  /** The first input without an answer, or with one that took too long; absent where there is none. */
  readonly index: number | undefined;
  /** Processor time of that answer in milliseconds. */
  readonly ms: number | undefined;
  readonly isSlow: boolean;
  /** Processor time of the process in milliseconds. */
  readonly cpuMs: number;
}

/** @param ask asks the tool many inputs in one process. */
export function triesOf(ask: (inputs: ManyInputs) => Promise<ManyAnswers>): PatternTrials {
  return {
    patternsFor: async (inputs) =>
      (await ask({ inputs, cpuMs: WATCHED_CPU_MS, tellsPatterns: true })).patterns,
    firstSlow: async (trials) => {
      let [from, spentMs] = [0, 0];
      while (from < trials.length) {
        const end = await endIn(trials.slice(from), TRIED_CPU_MS);
        if (end.index === undefined) return;
        const index = from + end.index;
        // Many that are not slow may spend the time of a process, and a busy machine counts what others do.
        const alone = end.isSlow
          ? await endIn(trials.slice(index, index + 1), ALONE_CPU_MS)
          : undefined;
        // By itself it has no answer in time, however that ended.
        if (alone?.index !== undefined) return { index, ms: alone.ms };
        spentMs += end.cpuMs + (alone?.cpuMs ?? 0);
        from = index + 1;
        if (spentMs > ALL_CPU_MS) return { untried: trials.length - from, spentMs };
      }
      return;
    },
  };

  async function endIn(trials: readonly Trial[], limitMs: number): Promise<End> {
    const { answers, killed, cpuMs } = await ask({
      inputs: trials.map(({ input }) => input),
      mostMs: trials.map(({ mostMs }) => mostMs),
      cpuMs: limitMs,
    });
    const index = answers.findIndex((answer) => answer === undefined || isSlow(answer));
    const { slowMs: ms } = answers[index] ?? {};
    // A crash is not a matter of processor time, nor is an end for want of memory or by the clock.
    const isSlowEnd = index >= 0 && (ms !== undefined || killed === "cpu");
    return { index: index < 0 ? undefined : index, ms, isSlow: isSlowEnd, cpuMs };
  }
}

function isSlow(answer: NonNullable<ManyAnswer>): boolean {
  return answer.slowMs !== undefined;
}
