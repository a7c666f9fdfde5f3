/** The processes that descend from others. Linux only. */
import { readdir, readFile } from "node:fs/promises";
import { type ProcessInfo, readProcessInfo } from "#platform/process-info.ts";

export interface Descendant extends ProcessInfo {
  /** Id of the process that started it. */
  readonly parent: number;
}

/** Everything that descends from the given processes at this moment, parents before children. */
export async function descendantsOf(pids: readonly number[]): Promise<readonly Descendant[]> {
  const children = Map.groupBy(await readParents(), ({ parent }) => parent);
  const found: Descendant[] = [];
  const queue = [...pids];
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
    for (const { pid } of children.get(parent) ?? []) {
      const info = await readProcessInfo(pid);
      if (info !== undefined) found.push({ ...info, parent });
      queue.push(pid);
    }
  }
  return found;
}

interface Link {
  readonly pid: number;
  readonly parent: number;
}

async function readParents(): Promise<readonly Link[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const links = await Promise.all(
    pids.map(async (pid) => {
      // A process may end between the listing and the reading.
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      // Behind the name in parentheses, which may itself hold any character: state, then parent.
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      return { pid, parent };
    }),
  );
  return links.filter(({ parent }) => Number.isSafeInteger(parent));
}

/** True while this very process lives; another one that got its number later does not count. */
export async function isAlive(process: ProcessInfo): Promise<boolean> {
  return (await readProcessInfo(process.pid))?.startTime === process.startTime;
}

/** Sends a signal to those that still live. */
export async function signalAll(
  processes: readonly ProcessInfo[],
  signal: NodeJS.Signals,
): Promise<void> {
  for (const target of processes) {
    if (!(await isAlive(target))) continue;
    try {
      process.kill(target.pid, signal);
    } catch (error) {
      // It ended in between, which is what the signal was for.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
}

/** Waits until all have ended. @returns those that live on after `limitMs` milliseconds. */
export async function waitForEnd(
  processes: readonly ProcessInfo[],
  limitMs: number,
): Promise<readonly ProcessInfo[]> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const alive = await Promise.all(processes.map(isAlive));
    const remaining = processes.filter((_process, index) => alive[index]);
    if (remaining.length === 0 || performance.now() >= deadline) return remaining;
    // The end of a process that is not a child of ours cannot be awaited, only asked for.
    await Bun.sleep(20);
  }
}
