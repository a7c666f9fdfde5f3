/** Ends processes: gently, so that they can save, then firmly. */
import { descendantsOf, signalAll, waitForEnd } from "#ops/process-tree.ts";
import type { ProcessInfo } from "#platform/process-info.ts";

export interface Ended {
  /** Those, and what they had started, that did not leave by themselves. */
  readonly killed: readonly ProcessInfo[];
  /** Those that outlived even that. */
  readonly left: readonly ProcessInfo[];
}

/** How long a process may take to end its turn and close its journal, in milliseconds. */
export const GRACE_MS = 10_000;
/** How long the kernel may take to end a process after SIGKILL, in milliseconds. */
const KILL_MS = 2000;

/**
 * Asks the processes to leave, and only them: each ends what it has started in its own order. What is still there
 * after `graceMs` is killed. A process that is gone meanwhile is not signalled, whoever has its id now. Whoever asks
 * for this lives on, and so does what it has started, also where one of the processes has started it.
 */
export async function endProcesses(
  processes: readonly ProcessInfo[],
  graceMs: number = GRACE_MS,
): Promise<Ended> {
  const children = await startedBy(processes);
  await signalAll(processes, "SIGTERM");
  // One that was stopped would hear of it when somebody lets it go on.
  const stopped = processes.filter(({ state }) => "Tt".includes(state));
  await signalAll(stopped, "SIGCONT");
  const stubborn = await waitForEnd(unique([...processes, ...children]), graceMs);
  const late = await startedBy(stubborn);
  const killed = unique([...stubborn, ...late]);
  await signalAll(killed, "SIGKILL");
  return { killed: stubborn, left: await waitForEnd(killed, KILL_MS) };
}

/** A generation starts what takes a promotion back, and that ends the generation. */
async function startedBy(processes: readonly ProcessInfo[]): Promise<readonly ProcessInfo[]> {
  const all = await descendantsOf(processes.map(({ pid }) => pid));
  if (!all.some(({ pid }) => pid === process.pid)) return all;
  const own = new Set((await descendantsOf([process.pid])).map(({ pid }) => pid));
  return all.filter(({ pid }) => pid !== process.pid && !own.has(pid));
}

function unique(processes: readonly ProcessInfo[]): readonly ProcessInfo[] {
  return [...new Map(processes.map((one) => [one.pid, one])).values()];
}
