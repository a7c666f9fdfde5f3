import type { SandboxPolicy } from "../policy.ts";
import type { KillReason } from "../result.ts";
import type { Box } from "./box.ts";
import { CPUS } from "./create-body.ts";

/** How long the engine may need to close the output of what was ended, in milliseconds. */
const GRACE_MS = 1000;
/** How often memory is looked at, in milliseconds: that is a few files of the kernel. */
const MEMORY_LOOK_MS = 50;
/** How often CPU time is asked for at most, in milliseconds: each time is a request. */
const LOOK_MS = 500;
/** Of a timer of the runtime, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** Ends a program that must end, with its container, and remembers why. Disposing ends nothing. */
export class CallWatch implements Disposable {
  readonly #box: Box;
  readonly #cpuMs: number;
  readonly #signal: AbortSignal;
  readonly #letGo = new AbortController();
  readonly #abort = (): void => this.stop("aborted");
  readonly #wallTimer: Timer;
  #cpuTimer: Timer | undefined;
  #graceTimer: Timer | undefined;
  #isOver: boolean = false;
  #killed: KillReason | null = null;
  readonly #memoryBytes: number;
  readonly #memoryTimer: Timer;
  readonly #killsBefore: number;
  #peakBytes = 0;
  #cpuMsSeen = 0;

  constructor(box: Box, { wallMs, cpuMs, memoryBytes }: SandboxPolicy, signal: AbortSignal) {
    this.#box = box;
    this.#cpuMs = cpuMs;
    this.#memoryBytes = memoryBytes;
    this.#signal = signal;
    this.#killsBefore = box.group?.memory()?.kills ?? 0;
    this.#memoryTimer = setInterval(() => this.lookAtMemory(), MEMORY_LOOK_MS);
    this.#wallTimer = setTimeout(() => this.stop("wall"), wallMs);
    // The kernel gives a container no more processors than so many: most programs cannot use up their time before the clock.
    if (CPUS * wallMs > cpuMs) this.#lookLater();
    signal.addEventListener("abort", this.#abort, { once: true });
    if (signal.aborted) this.#abort();
  }

  /** Why the program was stopped; the first reason counts. */
  get killed(): KillReason | null {
    return this.#killed;
  }

  /** CPU time of the program in milliseconds, as far as it was read. */
  get cpuMsSeen(): number {
    return Math.ceil(this.#cpuMsSeen);
  }

  /** The most observed memory, in bytes; of the container's first program the most that there was. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /**
   * Ends a program whose memory is used up. The kernel ends one process after the other; half a program is of no use to
   * its caller.
   */
  lookAtMemory(): void {
    if (this.#killed !== null) return;
    const memory = this.#box.group?.memory();
    if (memory === undefined) return;
    const usedBytes = this.#box.calls > 1 ? memory.bytes : memory.peakBytes;
    this.#peakBytes = Math.max(this.#peakBytes, usedBytes);
    if (memory.kills > this.#killsBefore || memory.bytes > this.#memoryBytes) this.stop("memory");
  }

  /** Aborts when the engine has had its time to say that the program has ended. */
  get letGo(): AbortSignal {
    return this.#letGo.signal;
  }

  stop(reason: KillReason): void {
    this.#killed ??= reason;
    this.#box.end();
    this.#graceTimer ??= setTimeout(() => this.#letGo.abort(), GRACE_MS);
  }

  /** When the time could be used up at the earliest. */
  #lookLater(): void {
    const earliestMs = (this.#cpuMs - this.#cpuMsSeen) / CPUS;
    const waitMs = Math.min(Math.max(LOOK_MS, earliestMs), LONGEST_MS);
    this.#cpuTimer = setTimeout(() => void this.#look(), waitMs);
  }

  async #look(): Promise<void> {
    const usage = await this.#box.usage();
    if (this.#isOver) return;
    if (usage !== undefined) this.#cpuMsSeen = usage.cpuMs - this.#box.cpuMsBefore;
    if (this.#cpuMsSeen > this.#cpuMs) this.stop("cpu");
    else this.#lookLater();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#wallTimer);
    this.#isOver = true;
    clearTimeout(this.#cpuTimer);
    clearInterval(this.#memoryTimer);
    clearTimeout(this.#graceTimer);
    this.#signal.removeEventListener("abort", this.#abort);
  }
}
