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
