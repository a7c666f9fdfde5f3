/** One look at what the processes of a sandbox use together, and whether it is more than they may. */
import { availableParallelism } from "node:os";
import type { RunGroup } from "./cgroup.ts";
import { type DiskBudget, DiskWatch } from "./disk.ts";
import { folderBytes } from "./landlock/scratch.ts";
import { descendantsOf, usageBelow } from "./landlock/tree.ts";
import type { SandboxPolicy } from "./policy.ts";
import { readProcess, readProportionalBytes } from "./proc.ts";
import type { KillReason } from "./result.ts";
import { SocketMeter } from "./sockets.ts";
import { tasksAtOnce } from "./tasks-at-once.ts";
import {
  insideProc,
  MOST_LOCKS,
  processFolders,
  readTree,
  sum,
  type TreeUsage,
} from "./tree-usage.ts";

// The exact count costs up to 20 ms for each GiB, so it is made at most every fourth time.
const LOOKS_BETWEEN_EXACT_COUNTS = 4;

/**
 * The kernel waits for every processor before it tells locks: a look at them stops this thread for 4 to 45 ms (Linux 6.18,
 * two cores). A program takes processor time to make locks, some 50,000 in 250 ms, which are 10 MiB of the kernel; so it is
 * that time that asks for a look, and most programs are over before the first. On a busy machine, where the same program
 * lives ten times as long, looks by the clock stood still for a third of a verdict.
 */
const CPU_MS_BETWEEN_LOCK_COUNTS = 250;
const CPU_MS_BEFORE_LOCK_COUNT = 100;
/** Of a program whose processor time is not seen. */
const LOOKS_BETWEEN_LOCK_COUNTS = 40;

/** Says when the locks of a program are to be counted. */
export class LockSchedule {
  #dueMs = CPU_MS_BEFORE_LOCK_COUNT;
  #looks = 0;

  /** @param cpuMs what the program has used up to this look. */
  isDue(cpuMs: number): boolean {
    this.#looks += 1;
    if (cpuMs < this.#dueMs && this.#looks < LOOKS_BETWEEN_LOCK_COUNTS) return false;
    this.#dueMs = cpuMs + CPU_MS_BETWEEN_LOCK_COUNTS;
    this.#looks = 0;
    return true;
  }
}

export interface Usage {
  /** CPU time of the tree in milliseconds. */
  readonly cpuMs: number;
  /** The most memory seen at once, in bytes. */
  readonly peakBytes: number;
}

interface WatchedDisks {
  /** What the program may add to folders that it changes for good. */
  readonly disks?: readonly DiskBudget[] | undefined;
}

/** Which processes belong together; plain data, so that another thread can look at them, too. */
export type WatchSubject =
  | ({
      readonly kind: "namespace";
      /** The process id, on the host, of the sandbox's init. */
      readonly pid: number;
      /** Where inside a folder has a layer of memory, if one has. */
      readonly layer: string | undefined;
    } & WatchedDisks)
  | ({
      readonly kind: "below";
      /** The supervisor of a run of the Landlock tier. */
      readonly pid: number;
      /** The folder that it writes to, whose bytes count as memory. */
      readonly scratch: string;
    } & WatchedDisks);

/** What a sandbox is held to. */
export type WatchLimits = Pick<SandboxPolicy, "memoryBytes" | "cpuMs" | "processes">;

/** Looks at one sandbox, again and again. */
export class Look implements Disposable {
  readonly #subject: WatchSubject;
  readonly #limits: WatchLimits;
  readonly #group: Pick<RunGroup, "cpuMs"> | undefined;
  readonly #meter = new CpuMeter();
  readonly #lockSchedule = new LockSchedule();
  readonly #sockets = new SocketMeter();
  readonly #disks: readonly DiskWatch[];
  #peakBytes = 0;
  #looks = 0;
  #exactAt = Number.NEGATIVE_INFINITY;

  /** @param group where there is one, its count of CPU time is exact. */
  constructor(subject: WatchSubject, limits: WatchLimits, group?: Pick<RunGroup, "cpuMs">) {
    this.#subject = subject;
    this.#limits = limits;
    this.#group = group;
    this.#disks = (subject.disks ?? []).map((budget) => new DiskWatch(budget));
  }

  get usage(): Usage {
    // Rounded up: what was stopped for more than its limit is never shown as having used just that.
    return { cpuMs: Math.ceil(this.#cpuMs), peakBytes: this.#peakBytes };
  }

  get #cpuMs(): number {
    return this.#group?.cpuMs ?? this.#meter.totalMs;
  }

  /** @returns the limit that is exceeded now. */
  again(): KillReason | undefined {
    const tree = this.#tree();
    if (tree === undefined) return undefined;
    this.#looks += 1;
    this.#meter.add(tree, performance.now());
    const bytes = this.#memoryBytes(tree);
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
    if (bytes > this.#limits.memoryBytes || tree.locks > MOST_LOCKS) return "memory";
    if (this.#cpuMs > this.#limits.cpuMs) return "cpu";
    if (this.#hasTooManyTasks(tree)) return "processes";
    return this.#disks.some((disk) => disk.isOver()) ? "disk" : undefined;
  }

  /** Whether the program, which has ended, has added more to a folder than it may. */
  async isOverDisk(): Promise<boolean> {
    for (const disk of this.#disks) if (await disk.isOverAtEnd()) return true;
    return false;
  }

  [Symbol.dispose](): void {
    for (const disk of this.#disks) disk[Symbol.dispose]();
  }

  #hasTooManyTasks({ tasks }: TreeUsage): boolean {
    const most = this.#limits.processes;
    if (tasks <= most) return false;
    const { kind, pid } = this.#subject;
    const folders =
      kind === "namespace"
        ? (processFolders(pid) ?? []).map(({ folder }) => folder)
        : descendantsOf(pid).map((each) => `/proc/${each}`);
    return tasksAtOnce(folders) > most;
  }

  /** Undefined while there is nothing to see. */
  #tree(): TreeUsage | undefined {
    const subject = this.#subject;
    if (subject.kind === "namespace") {
      return readTree(subject.pid, {
        layers: subject.layer === undefined ? [] : [subject.layer],
        countsLocks: this.#lockSchedule.isDue(this.#cpuMs),
        sockets: this.#sockets,
      });
    }
    const usage = usageBelow(subject.pid);
    const bytes = folderBytes(subject.scratch, this.#limits.memoryBytes);
    return { ...usage, memoryBytes: usage.memoryBytes + bytes };
  }

  /** The `/proc` in which the process ids of the tree count. */
  get #proc(): string | undefined {
    return this.#subject.kind === "namespace" ? insideProc(this.#subject.pid) : "/proc";
  }

  /** The quick estimate while it is below the limit or cannot be wrong, else the exact count. */
  #memoryBytes(tree: TreeUsage): number {
    const isCertain = tree.memoryBytes <= this.#limits.memoryBytes || tree.processes.length <= 2;
    if (isCertain) return tree.memoryBytes;
    if (this.#looks < this.#exactAt + LOOKS_BETWEEN_EXACT_COUNTS) return this.#peakBytes;
    this.#exactAt = this.#looks;
    const proc = this.#proc;
    const correction = sum(tree.processes, ({ pid, privateBytes, unsharedBytes, sharedBytes }) => {
      const exactBytes = readProportionalBytes(`${proc}/${pid}`);
      if (exactBytes !== undefined) return exactBytes + unsharedBytes - privateBytes - sharedBytes;
      // It ended meanwhile; or its first thread did, which takes the exact count along: the estimate stays.
      const isGone = (readProcess(`${proc}/${pid}`, pid)?.privateBytes ?? 0) === 0;
      return isGone ? -privateBytes - sharedBytes : 0;
    });
    return tree.memoryBytes + correction;
  }
}

/** A look that comes later says nothing of all the time before it: the machine may have stood still, in milliseconds. */
const LONGEST_INTERVAL_MS = 250;

/** Adds up CPU time over looks between which processes come and go. */
export class CpuMeter {
  #last: { readonly tree: TreeUsage; readonly atMs: number } | undefined;
  /** CPU time of processes that ended and that were not waited for. */
  #lostMs = 0;
  #unseen = { sampledMs: 0, measuredMs: 0 };

  get totalMs(): number {
    const { sampledMs, measuredMs } = this.#unseen;
    return (this.#last?.tree.cpuMs ?? 0) + this.#lostMs + Math.max(0, sampledMs - measuredMs);
  }

  add(tree: TreeUsage, atMs: number): void {
    const before = this.#last;
    this.#last = { tree, atMs };
    if (before === undefined) return;
    const gainedMs = tree.cpuMs - before.tree.cpuMs;
    // A process whose parent ignores its end takes its CPU time along.
    if (gainedMs < 0) this.#lostMs -= gainedMs;
    if (unseenProcesses(before.tree, tree) === 0) return;
    // Some lived and ended between two looks. Where they were not waited for, no counter has their time:
    // then what ran at the moment of the look stands for the whole interval, right on average.
    const running = tree.processes.filter((process) => process.running).length;
    const heldMs = Math.min(atMs - before.atMs, LONGEST_INTERVAL_MS);
    this.#unseen.sampledMs += Math.min(running, availableParallelism()) * heldMs;
    this.#unseen.measuredMs += Math.max(0, gainedMs);
  }
}

// The kernel hands out process ids in order, to threads too; a gap is a process or a thread that we never saw.
function unseenProcesses(before: TreeUsage, after: TreeUsage): number {
  const newestBefore = Math.max(...before.processes.map(({ pid }) => pid));
  const fresh = after.processes.filter(({ pid }) => pid > newestBefore);
  const newest = Math.max(newestBefore, ...fresh.map(({ pid }) => pid));
  const threads = Math.max(0, threadsOf(after) - threadsOf(before));
  return Math.max(0, newest - newestBefore - fresh.length - threads);
}

/** Threads beside the first of each process. */
function threadsOf({ processes }: TreeUsage): number {
  return sum(processes, ({ threads }) => threads - 1);
}
