/** How long the event loop stands still while something is done. */
import { threadMs } from "./thread-clock.ts";

/**
 * Counts the processor time between two turns of the event loop, as everything else in the process sees it that waits
 * for its turn.
 *
 * @returns the longest stop in milliseconds.
 */
export async function longestStop(work: () => Promise<unknown>): Promise<number> {
  let [last, longest, isDone] = [threadMs(), 0, false];
  const look = (): void => {
    const now = threadMs();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const turn = (): void => {
    look();
    if (isDone) resolve();
    else setImmediate(turn);
  };
  // The first turn begins the work: what was before does not count.
  setImmediate(() => {
    last = threadMs();
    setImmediate(turn);
    void work().finally(() => {
      isDone = true;
    });
  });
  await ended;
  return longest;
}
