/**
 * Processor time of this process while something is done, user and system, in milliseconds. What must not take for ever is
 * held to it, and not to the clock: other programs make a test slow, and take none of its processor time.
 */
export async function processorMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** So many times as much is done the second time. */
const TIMES = 8;
/** Below it, what is compiled and collected is more than the work, in milliseconds. */
const LEAST_MS = 1;

/** Between what grows with the size, which takes 8 times as long, and what grows with its square, which takes 64 times. */
export const LINEAR = 24;

/**
 * How many times as long work takes that is 8 times as large; to be less than {@link LINEAR}. Unlike a number of milliseconds
 * it is the same on a machine that is slow today.
 *
 * @param work of a size, from 1 to 8; the large one is to take a second or more if it grows with the square.
 */
export async function growth(work: (size: number) => unknown): Promise<number> {
  const least = async (size: number): Promise<number> => {
    const runs: number[] = [];
    for (let run = 0; run < 3; run += 1) runs.push(await processorMs(() => work(size)));
    return Math.min(...runs);
  };
  const small = await least(1);
  return (await least(TIMES)) / Math.max(small, LEAST_MS);
}
