import type { KillReason } from "./result.ts";

/** What ends a program: how its tree is killed, and what it may not exceed. */
export interface GuardOptions {
  readonly wallMs: number;
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
  #killed: KillReason | null = null;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#wallTimer = setTimeout(() => this.stop("wall"), options.wallMs);
    options.signal.addEventListener("abort", this.#abort, { once: true });
  }

  /** Why the program was stopped; the first reason counts. */
  get killed(): KillReason | null {
    return this.#killed;
  }

  /** Tells the process id of the sandbox's init: with it, the kernel ends every process inside. */
  setInit(pid: number): void {
    this.#init = pid;
    if (this.#killed !== null) this.#kill();
  }

  stop(reason: KillReason): void {
    this.#killed ??= reason;
    this.#kill();
  }

  #kill(): void {
    // Init first: bubblewrap then reports the end and goes by itself. Where that fails, or where there is
    // no init yet, bubblewrap goes, and takes its child along by the parent-death signal.
    if (this.#init !== undefined) killQuietly(this.#init);
    this.#graceTimer ??= setTimeout(this.#options.killOuter, OUTER_GRACE_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#wallTimer);
    clearTimeout(this.#graceTimer);
    this.#options.signal.removeEventListener("abort", this.#abort);
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
