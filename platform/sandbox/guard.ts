import { type ProcessInfo, readProcessInfo } from "../process-info.ts";
import type { RunGroup } from "./cgroup.ts";
import type { DiskBudget } from "./disk.ts";
import type { Usage } from "./look.ts";
import type { SandboxPolicy } from "./policy.ts";
import type { KillReason } from "./result.ts";
import { Watchdog } from "./watchdog.ts";
import { reopen } from "./writable.ts";

export interface GuardOptions {
  readonly policy: SandboxPolicy;
  /** Where inside a folder has a layer to be written to. */
  readonly layer: string | undefined;
  readonly disks: readonly DiskBudget[];
  readonly group: RunGroup | undefined;
  readonly signal: AbortSignal;
  /** Kills bubblewrap itself. */
  readonly killOuter: () => void;
}

// How long the monitor of bubblewrap may need to notice that its child is gone.
const OUTER_GRACE_MS = 100;

/** Ends a sandbox when it must end, and remembers why. Disposing ends whatever still runs. */
export class Guard implements Disposable {
  readonly #options: GuardOptions;
  readonly #wallTimer: Timer;
  readonly #abort = (): void => this.stop("aborted");
  #graceTimer: Timer | undefined;
  #init: number | undefined;
  #initInfo: Promise<ProcessInfo | undefined> | undefined;
  #watchdog: Watchdog | undefined;
  #killed: KillReason | null = null;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#wallTimer = setTimeout(() => this.stop("wall"), options.policy.wallMs);
    options.signal.addEventListener("abort", this.#abort, { once: true });
  }

  /** Why the program was stopped; the first reason counts. */
  get killed(): KillReason | null {
    return this.#killed ?? this.#watchdog?.stopped ?? null;
  }

  /** What the tree used, as far as the watchdog saw it. */
  get usage(): Usage {
    return this.#watchdog?.usage ?? { cpuMs: 0, peakBytes: 0 };
  }

  /** Tells the process id of the sandbox's init: with it, the kernel ends every process inside. */
  setInit(pid: number): void {
    this.#init = pid;
    this.#initInfo = readProcessInfo(pid);
    if (this.killed !== null) this.#kill();
    else {
      const { policy, group, layer, disks } = this.#options;
      const subject = { kind: "namespace", pid, layer, disks } as const;
      const stop = (reason: KillReason) => this.stop(reason);
      this.#watchdog = new Watchdog(subject, { policy, group, stop });
    }
  }

  /**
   * Waits until nothing of the sandbox is left: bubblewrap ends with its program, and what that left
   * running in the background is killed an instant later. To be called when bubblewrap has ended; from
   * then on this kills nothing, because a process id that is free may soon be another process's.
   *
   * @throws what {@link fail} was given.
   */
  async settle(): Promise<void> {
    this.#stopWatching();
    const init = await this.#initInfo;
    // The kernel collects all others before init itself counts as ended.
    while (init !== undefined) {
      if ((await readProcessInfo(init.pid))?.startTime !== init.startTime) break;
      await Bun.sleep(1);
    }
    reopen(this.#options.policy);
    if (this.#failure !== undefined) throw this.#failure.error;
    // What a program wrote right before its end.
    if (this.killed === null && (await this.#watchdog?.isOverDisk())) this.#killed = "disk";
  }

  stop(reason: KillReason): void {
    this.#killed ??= this.#watchdog?.stopped ?? reason;
    this.#kill();
  }

  /** Ends the sandbox because something that it needs is unavailable. */
  fail(error: unknown): void {
    // What is being ended may well fail: then the first reason counts.
    if (this.killed === null) this.#failure = { error };
    this.stop("aborted");
  }

  #kill(): void {
    // Init first: bubblewrap then reports the end and goes by itself. Where that fails, or where there is
    // no init yet, bubblewrap goes, and takes its child along by the parent-death signal.
    if (this.#init !== undefined) killQuietly(this.#init);
    this.#graceTimer ??= setTimeout(this.#options.killOuter, OUTER_GRACE_MS);
  }

  #stopWatching(): void {
    clearTimeout(this.#wallTimer);
    clearTimeout(this.#graceTimer);
    this.#watchdog?.[Symbol.dispose]();
    this.#options.signal.removeEventListener("abort", this.#abort);
  }

  [Symbol.dispose](): void {
    this.#stopWatching();
    this.#options.killOuter();
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}
