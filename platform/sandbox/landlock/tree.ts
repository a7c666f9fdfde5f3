/** A process and everything below it, where no namespace keeps them together. */
import { listProcesses, readChildrenMs, readProcess, readText } from "../proc.ts";
import { sum, type TreeUsage } from "../tree-usage.ts";

/** Ids of all processes below `pid`, parents before their children. */
export function descendantsOf(pid: number): number[] {
  const threads = listProcesses(`/proc/${pid}/task`) ?? [];
  const children = threads.flatMap((thread) =>
    (readText(`/proc/${pid}/task/${thread}/children`) ?? "").split(" ").map(Number),
  );
  return children.filter((child) => child > 0).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** How often a look is repeated during which a process was waited for. */
const MOST_LOOKS = 4;

/** What everything below a process uses together, with the CPU time of all children that it has waited for. */
export function usageBelow(pid: number): TreeUsage {
  let waitedMs = readChildrenMs(`/proc/${pid}`);
  for (let look = 1; ; look += 1) {
    const processes = descendantsOf(pid).flatMap(
      (child) => readProcess(`/proc/${child}`, child) ?? [],
    );
    const before = waitedMs;
    waitedMs = readChildrenMs(`/proc/${pid}`);
    // The time of a process that was waited for meanwhile is in both counts, or in neither.
    if (waitedMs !== before && look < MOST_LOOKS) continue;
    return {
      processes,
      tasks: sum(processes, ({ threads }) => threads),
      cpuMs: waitedMs + sum(processes, ({ cpuMs }) => cpuMs),
      memoryBytes: sum(processes, ({ privateBytes, sharedBytes }) => privateBytes + sharedBytes),
      // The only list is that of the whole machine.
      locks: 0,
    };
  }
}

/**
 * Ends all processes below one, again and again until none is left: they may start others meanwhile.
 *
 * @param reap takes note of the end of a child, so that it goes.
 */
export async function endDescendants(pid: number, reap: (pid: number) => void): Promise<void> {
  for (let remaining = descendantsOf(pid); remaining.length > 0; remaining = descendantsOf(pid)) {
    // Stopped first, so that none starts another while the others are being ended.
    for (const name of ["SIGSTOP", "SIGKILL"] as const)
      for (const each of remaining) signal(each, name);
    for (const each of remaining) reap(each);
    await Bun.sleep(1);
  }
}

function signal(pid: number, name: "SIGSTOP" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}
