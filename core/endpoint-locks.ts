import { ChannelLock } from "./channel-lock.ts";

/**
 * One lock for each provider endpoint, shared by all rooms of a process: a server with a single GPU
 * that serves two models at once spends its time on swapping them.
 *
 * @param limit how many may use one endpoint at once.
 */
export function endpointLocks(limit: number): (endpoint: string) => ChannelLock {
  const locks = new Map<string, ChannelLock>();
  return (endpoint) => {
    const lock = locks.get(endpoint) ?? new ChannelLock(limit);
    locks.set(endpoint, lock);
    return lock;
  };
}
