import { closeSync } from "node:fs";
import type { DiskBudget } from "../disk.ts";
import type { Usage } from "../look.ts";
import type { SandboxPolicy } from "../policy.ts";
import type { KillReason } from "../result.ts";
import { Watchdog } from "../watchdog.ts";
import { reopen } from "../writable.ts";
import type { Scratch } from "./scratch.ts";
import { endDescendants } from "./tree.ts";

export interface LandlockGuardOptions {
  readonly policy: SandboxPolicy;
  readonly scratch: Scratch;
  readonly disks: readonly DiskBudget[];
  /** Our end of the pipe that tells the supervisor to go on; closed by this. */
  readonly control: number;
  readonly signal: AbortSignal;
}

/** How long the supervisor may need to end what it watches, in milliseconds. */
const GRACE_MS = 2000;

/** Ends a run when it must end, and remembers why. Disposing ends whatever still runs. */
export class LandlockGuard implements Disposable {
  readonly #supervisor: Bun.Subprocess;
  readonly #options: LandlockGuardOptions;
  readonly #watchdog: Watchdog;
  readonly #wallTimer: Timer;
  readonly #abort = (): void => this.stop("aborted");
  #graceTimer: Timer | undefined;
  #control: number | undefined;
  #killed: KillReason | null = null;

  constructor(supervisor: Bun.Subprocess, options: LandlockGuardOptions) {
    const { policy, scratch, disks, control, signal } = options;
    const { pid } = supervisor;
    this.#supervisor = supervisor;
    this.#options = options;
    this.#control = control;
    this.#wallTimer = setTimeout(() => this.stop("wall"), policy.wallMs);
    signal.addEventListener("abort", this.#abort, { once: true });
    const subject = { kind: "below", pid, scratch: scratch.path, disks } as const;
    const stop = (reason: KillReason) => this.stop(reason);
    this.#watchdog = new Watchdog(subject, { policy, group: undefined, stop });
  }

  /** Why the program was stopped; the first reason counts. */
  get killed(): KillReason | null {
    return this.#killed ?? this.#watchdog.stopped ?? null;
  }

  get usage(): Usage {
    return this.#watchdog.usage;
  }

  stop(reason: KillReason): void {
    this.#killed ??= this.#watchdog.stopped ?? reason;
    this.#letGo();
    // A program that can signal its supervisor may have stopped it: before Linux 6.12.
    this.#graceTimer ??= setTimeout(() => void this.#force(), GRACE_MS);
  }

  /** To be called when the supervisor has ended, which it does when nothing is left below it. */
  async settle(): Promise<void> {
    this.#stopWatching();
    await endDescendants(this.#supervisor.pid, () => undefined);
    reopen(this.#options.policy);
    if (this.killed === null && (await this.#watchdog.isOverDisk())) this.#killed = "disk";
  }

  async #force(): Promise<void> {
    await endDescendants(this.#supervisor.pid, () => undefined);
    this.#supervisor.kill("SIGKILL");
  }

  /** The supervisor sees the end of the pipe, and ends everything. */
  #letGo(): void {
    if (this.#control !== undefined) closeSync(this.#control);
    this.#control = undefined;
  }

  #stopWatching(): void {
    clearTimeout(this.#wallTimer);
    clearTimeout(this.#graceTimer);
    this.#watchdog[Symbol.dispose]();
    this.#options.signal.removeEventListener("abort", this.#abort);
  }

  [Symbol.dispose](): void {
    this.#stopWatching();
    this.#letGo();
  }
}
