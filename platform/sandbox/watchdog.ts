import type { RunGroup } from "./cgroup.ts";
import { Look, type Usage, type WatchSubject } from "./look.ts";
import type { SandboxPolicy } from "./policy.ts";
import type { KillReason } from "./result.ts";
import { SecondWatch } from "./second-watch.ts";

/** How often the tree is looked at. A program that fills memory at 4 GB/s gets 100 MB further meanwhile. */
const INTERVAL_MS = 25;

export interface WatchdogOptions {
  readonly policy: SandboxPolicy;
  /** Where there is one, its count of CPU time is exact. */
  readonly group: RunGroup | undefined;
  readonly stop: (reason: KillReason) => void;
}

/**
 * Watches the whole tree of a sandbox: the kernel's own limits hold for single processes, and a chain
 * of forks gets around them. While the event loop stands still, a thread of its own does.
 */
export class Watchdog implements Disposable {
  readonly #look: Look;
  readonly #second: SecondWatch;
  readonly #stop: (reason: KillReason) => void;
  readonly #timer: Timer;

  constructor(subject: WatchSubject, { policy, group, stop }: WatchdogOptions) {
    this.#look = new Look(subject, policy, group);
    this.#second = new SecondWatch(subject, policy);
    this.#stop = stop;
    this.#timer = setInterval(() => this.#again(), INTERVAL_MS);
  }

  get usage(): Usage {
    const [first, second] = [this.#look.usage, this.#second.usage];
    return {
      cpuMs: Math.max(first.cpuMs, second.cpuMs),
      peakBytes: Math.max(first.peakBytes, second.peakBytes),
    };
  }

  /** Why the sandbox was ended while the event loop stood still. */
  get stopped(): KillReason | undefined {
    return this.#second.stopped;
  }

  /** @see Look.isOverDisk */
  async isOverDisk(): Promise<boolean> {
    return await this.#look.isOverDisk();
  }

  #again(): void {
    this.#second.looked();
    const reason = this.#second.stopped ?? this.#look.again();
    if (reason !== undefined) this.#stop(reason);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#look[Symbol.dispose]();
    this.#second[Symbol.dispose]();
  }
}
