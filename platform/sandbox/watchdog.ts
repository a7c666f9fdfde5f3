import { availableParallelism } from "node:os";
import type { RunGroup } from "./cgroup.ts";
import type { SandboxPolicy } from "./policy.ts";
import { readProcess, readProportionalBytes } from "./proc.ts";
import type { KillReason } from "./result.ts";
import { insideProc, MOST_LOCKS, readTree, sum, type TreeUsage } from "./tree-usage.ts";

/** How often the tree is looked at. A program that fills memory at 4 GB/s gets 100 MB further meanwhile. */
const INTERVAL_MS = 25;
// The exact count costs up to 20 ms for each GiB, so it is made at most every fourth time.
const LOOKS_BETWEEN_EXACT_COUNTS = 4;

export interface Usage {
  /** CPU time of the tree in milliseconds. */
  readonly cpuMs: number;
  /** The most memory seen at once, in bytes. */
  readonly peakBytes: number;
}

/** Where the processes are that belong together. */
export interface WatchedTree {
  /** Undefined while there is nothing to see. */
  read(): TreeUsage | undefined;
  /** The `/proc` in which its process ids count. */
  readonly proc: string | undefined;
}

/**
 * @param init the process id, on the host, of a sandbox's init.
 * @param layer where inside a folder has a layer of memory, if one has.
 */
export function namespaceTree(init: number, layer?: string): WatchedTree {
  const written = layer === undefined ? [] : [layer];
  return {
    read: () => readTree(init, written),
    get proc() {
      return insideProc(init);
    },
  };
}

export interface WatchdogOptions {
  readonly policy: SandboxPolicy;
  /** Where there is one, its count of CPU time is exact. */
  readonly group: RunGroup | undefined;
  readonly stop: (reason: KillReason) => void;
}

/**
 * Watches the whole tree of a sandbox: the kernel's own limits hold for single processes, and a chain
 * of forks gets around them.
 */
export class Watchdog implements Disposable {
  readonly #tree: WatchedTree;
  readonly #policy: SandboxPolicy;
  readonly #stop: (reason: KillReason) => void;
  readonly #timer: Timer;
  readonly #group: RunGroup | undefined;
  readonly #meter = new CpuMeter();
  #peakBytes = 0;
  #looks = 0;
  #exactAt = Number.NEGATIVE_INFINITY;

  constructor(tree: WatchedTree, options: WatchdogOptions) {
    this.#tree = tree;
    this.#policy = options.policy;
    this.#group = options.group;
    this.#stop = options.stop;
    this.#timer = setInterval(() => this.#look(), INTERVAL_MS);
  }

  get usage(): Usage {
    // Rounded up: what was stopped for more than its limit is never shown as having used just that.
    return { cpuMs: Math.ceil(this.#cpuMs), peakBytes: this.#peakBytes };
  }

  get #cpuMs(): number {
    return this.#group?.cpuMs ?? this.#meter.totalMs;
  }

  #look(): void {
    const tree = this.#tree.read();
    if (tree === undefined) return;
    this.#looks += 1;
    this.#meter.add(tree, performance.now());
    const bytes = this.#memoryBytes(tree);
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
    if (bytes > this.#policy.memoryBytes || tree.locks > MOST_LOCKS) this.#stop("memory");
    else if (this.#cpuMs > this.#policy.cpuMs) this.#stop("cpu");
    else if (tree.tasks > this.#policy.processes) this.#stop("processes");
  }

  /** The quick estimate while it is below the limit or cannot be wrong, else the exact count. */
  #memoryBytes(tree: TreeUsage): number {
    const isCertain = tree.memoryBytes <= this.#policy.memoryBytes || tree.processes.length <= 2;
    if (isCertain) return tree.memoryBytes;
    if (this.#looks < this.#exactAt + LOOKS_BETWEEN_EXACT_COUNTS) return this.#peakBytes;
    this.#exactAt = this.#looks;
    const { proc } = this.#tree;
    const correction = sum(tree.processes, ({ pid, privateBytes, unsharedBytes, sharedBytes }) => {
      const exactBytes = readProportionalBytes(`${proc}/${pid}`);
      if (exactBytes !== undefined) return exactBytes + unsharedBytes - privateBytes - sharedBytes;
      // It ended meanwhile; or its first thread did, which takes the exact count along: the estimate stays.
      const isGone = (readProcess(`${proc}/${pid}`, pid)?.privateBytes ?? 0) === 0;
      return isGone ? -privateBytes - sharedBytes : 0;
    });
    return tree.memoryBytes + correction;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

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
    this.#unseen.sampledMs += Math.min(running, availableParallelism()) * (atMs - before.atMs);
    this.#unseen.measuredMs += Math.max(0, gainedMs);
  }
}

// The kernel hands out process ids in order; a gap is a process that we never saw.
function unseenProcesses(before: TreeUsage, after: TreeUsage): number {
  const newestBefore = Math.max(...before.processes.map(({ pid }) => pid));
  const fresh = after.processes.filter(({ pid }) => pid > newestBefore);
  const newest = Math.max(newestBefore, ...fresh.map(({ pid }) => pid));
  return newest - newestBefore - fresh.length;
}
