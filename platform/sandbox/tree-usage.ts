/** What everything inside one sandbox uses together. */
import { statSync } from "node:fs";
import { WORK_FOLDER } from "./layout.ts";
import {
  listProcesses,
  type ProcessUsage,
  readLockCount,
  readProcess,
  readTmpfsBytes,
} from "./proc.ts";
import type { SocketMeter } from "./sockets.ts";

/** The process id of the sandbox's init, inside. */
const INIT = 1;
const TMPFS_FOLDERS = [WORK_FOLDER, "/tmp", "/dev/shm"];

/**
 * Locks of all processes together. Each takes 200 bytes of the kernel that belong to no process, and a
 * program could make thirteen million in its 60 seconds; a database takes five.
 */
export const MOST_LOCKS = 1000;

export interface TreeUsage {
  readonly processes: readonly ProcessUsage[];
  /** Processes and threads; more than there were at any moment where some come and go meanwhile. */
  readonly tasks: number;
  /** CPU time in milliseconds of what is alive, and of what was waited for. */
  readonly cpuMs: number;
  /** Upper estimate: a page that processes share since a fork counts once for each. */
  readonly memoryBytes: number;
  /** Locks on files, counted up to {@link MOST_LOCKS} and a few more; 0 where they are not counted. */
  readonly locks: number;
}

export interface TreeRead {
  /** Folders inside that a layer of memory lies over: their figures are those of the layer. */
  readonly layers?: readonly string[] | undefined;
  readonly countsLocks: boolean;
  readonly sockets: SocketMeter;
}

/**
 * Looks at a sandbox from outside.
 *
 * @param init the process id, on the host, of the sandbox's init.
 * @returns undefined while the sandbox is being set up, and when it is gone.
 */
export function readTree(
  init: number,
  { layers = [], countsLocks, sockets }: TreeRead,
): TreeUsage | undefined {
  const proc = insideProc(init);
  const folders = processFolders(init, proc);
  if (proc === undefined || folders === undefined) return undefined;
  const processes = folders.flatMap(({ pid, folder }) => readProcess(folder, pid) ?? []);
  const scratchBytes = sum([...TMPFS_FOLDERS, ...layers], (path) =>
    readTmpfsBytes(`/proc/${init}/root${path}`),
  );
  const cpuMs = sum(processes, (process) => process.cpuMs);
  return {
    ...{ processes, cpuMs },
    tasks: sum(processes, ({ threads }) => threads),
    memoryBytes:
      sum(processes, ({ privateBytes, sharedBytes }) => privateBytes + sharedBytes) +
      scratchBytes +
      sockets.bytes(`/proc/${init}/net`, cpuMs),
    locks: countsLocks ? readLockCount(`${proc}/locks`, MOST_LOCKS) : 0,
  };
}

/**
 * Where the processes of a sandbox are read.
 *
 * @param proc as {@link insideProc} says it.
 */
export function processFolders(
  init: number,
  proc: string | undefined = insideProc(init),
): readonly { readonly pid: number; readonly folder: string }[] | undefined {
  const pids = proc === undefined ? undefined : listProcesses(proc);
  return pids?.map((pid) => {
    // Inside, the folder of init is masked.
    const folder = pid === INIT ? `/proc/${init}` : `${proc}/${pid}`;
    return { pid, folder };
  });
}

/**
 * The sandbox's own `/proc`. Until bubblewrap has changed the root, the path leads to that of the host,
 * whose processes must not be counted; each mounted `/proc` has a device number of its own.
 */
export function insideProc(init: number): string | undefined {
  const proc = `/proc/${init}/root/proc`;
  try {
    return statSync(proc).dev === statSync("/proc").dev ? undefined : proc;
  } catch {
    return undefined;
  }
}

export function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
