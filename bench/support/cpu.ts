/** Processor time of this process, all of its threads included, that `work` takes, in microseconds. */
export async function cpuMicroseconds(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}
