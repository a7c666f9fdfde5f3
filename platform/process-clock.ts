import type { Clock } from "#core/cycles/clock.ts";
import { monotonicMs } from "./libc.ts";

/** Longest time that a timer of the runtime takes, in milliseconds; what is longer ends at the next look at the clock. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of the machine. */
export const processClock: Clock = {
  nowMs: monotonicMs,
  after: (ms, call) => {
    const timer = setTimeout(call, Math.min(ms, LONGEST_TIMER_MS));
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};
