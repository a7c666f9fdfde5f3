/** Ends processes: gently, so that they can save, then firmly. */

import type { ProcessInfo } from "#platform/process-info.ts";
import { descendantsOf, signalAll, waitForEnd } from "./process-tree.ts";

export interface EndOptions {
  /** How long they may take to leave by themselves, in milliseconds. @default {@link GRACE_MS} */
  readonly graceMs?: number | undefined;
  /** Ids of processes that live on with all that they have started, although one of these has started them. */
  readonly spared?: readonly number[] | undefined;
}

export interface Ended {
  /** Those, and what they had started, that did not leave by themselves. */
  readonly killed: readonly ProcessInfo[];
  /** Those that outlived even that. */
  readonly left: readonly ProcessInfo[];
}

/** How long a process may take to end its turn and close its journal, in milliseconds. */
export const GRACE_MS = 10_000;
/** How long the kernel may take to end a process after SIGKILL, in milliseconds: it gives back all of its memory first. */
const KILL_MS = 30_000;

/**
 * Asks the processes to leave, and only them: each ends what it has started in its own order. What is still there
 * afterwards is killed. A process that is gone meanwhile is not signalled, regardless of which process has its id now; nor is this one,
 * which one of them may have started: a rollback restarts the generation that asked for it.
 */
export async function endProcesses(
  processes: readonly ProcessInfo[],
  { graceMs = GRACE_MS, spared = [] }: EndOptions = {},
): Promise<Ended> {
  const excluded = new Set([process.pid, ...spared]);
  for (const { pid } of processes) excluded.delete(pid);
  const children = await childrenOf(processes, excluded);
  await signalAll(processes, "SIGTERM");
  // One that was stopped would hear of it when it is continued.
  const stopped = processes.filter(({ state }) => "Tt".includes(state));
  await signalAll(stopped, "SIGCONT");
  const stubborn = await waitForEnd(unique([...processes, ...children]), graceMs);
  const killed = unique([...stubborn, ...(await childrenOf(stubborn, excluded))]);
  await signalAll(killed, "SIGKILL");
  return { killed: stubborn, left: await waitForEnd(killed, KILL_MS) };
}

/** @param excluded ids of those that are left out, together with what they have started. */
async function childrenOf(
  processes: readonly ProcessInfo[],
  excluded: ReadonlySet<number>,
): Promise<readonly ProcessInfo[]> {
  const out = new Set(excluded);
  const tree = await descendantsOf(processes.map(({ pid }) => pid));
  // Parents come before their children.
  return tree.filter(({ pid, parent }) => {
    if (!(out.has(pid) || out.has(parent))) return true;
    out.add(pid);
    return false;
  });
}

function unique(processes: readonly ProcessInfo[]): readonly ProcessInfo[] {
  return [...new Map(processes.map((one) => [one.pid, one])).values()];
}
