/**
 * Keeps the limits of sandboxes while the event loop stands still: a thread of its own sees that nothing has looked at a
 * sandbox for a while, looks itself, and ends it. There is one thread for all sandboxes of this process.
 */
import type { Usage, WatchLimits, WatchSubject } from "./look.ts";
import type { KillReason } from "./result.ts";

/** What the thread is told. */
export type WatchOrder =
  | {
      readonly kind: "watch";
      readonly id: number;
      readonly subject: WatchSubject;
      readonly limits: WatchLimits & { readonly wallMs: number };
      readonly memory: SharedArrayBuffer;
    }
  | { readonly kind: "end"; readonly id: number };

/** In the order of their numbers in the shared memory; 0 is none. */
const REASONS: readonly KillReason[] = [
  ...["wall", "cpu", "memory", "output", "processes", "aborted", "disk"],
] as const;

/** What both threads see of one sandbox: who writes what is said at each. */
export class SharedWatch {
  readonly memory: SharedArrayBuffer;
  readonly #counts: Int32Array;
  readonly #figures: Float64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(24)) {
    this.memory = memory;
    this.#counts = new Int32Array(memory, 0, 2);
    this.#figures = new Float64Array(memory, 8, 2);
  }

  /** How often the event loop has looked; written by it. */
  get looks(): number {
    return Atomics.load(this.#counts, 0);
  }

  looked(): void {
    Atomics.add(this.#counts, 0, 1);
  }

  /** Why the thread has ended the sandbox; written by the thread, and the first reason stays. */
  get stopped(): KillReason | undefined {
    return REASONS[Atomics.load(this.#counts, 1) - 1];
  }

  stop(reason: KillReason): void {
    Atomics.compareExchange(this.#counts, 1, 0, REASONS.indexOf(reason) + 1);
  }

  /** What the thread has seen; written by it. */
  get usage(): Usage {
    const [cpuMs = 0, peakBytes = 0] = this.#figures;
    return { cpuMs, peakBytes };
  }

  set usage({ cpuMs, peakBytes }: Usage) {
    this.#figures.set([cpuMs, peakBytes]);
  }
}

let thread: Worker | undefined;
let watches = 0;

/**
 * The thread starts once a sandbox was looked at so often, about 100 ms: its 30 ms of processor time would delay the
 * program that is just starting, and most runs are over by then.
 */
const LOOKS_BEFORE_THREAD = 4;

/** Has one sandbox watched. Disposing ends that, and what was seen can still be read. */
export class SecondWatch implements Disposable {
  readonly #id: number;
  readonly #subject: WatchSubject;
  readonly #limits: WatchLimits & { readonly wallMs: number };
  readonly #shared: SharedWatch = new SharedWatch();
  readonly #startMs: number = performance.now();
  #isTold = false as boolean;

  constructor(subject: WatchSubject, limits: WatchLimits & { readonly wallMs: number }) {
    watches += 1;
    this.#id = watches;
    this.#subject = subject;
    this.#limits = limits;
    if (thread !== undefined) this.#tell();
  }

  /** The event loop goes on: as long as it says so, the thread leaves the sandbox to it. */
  looked(): void {
    this.#shared.looked();
    if (!this.#isTold && this.#shared.looks >= LOOKS_BEFORE_THREAD) this.#tell();
  }

  get stopped(): KillReason | undefined {
    return this.#shared.stopped;
  }

  get usage(): Usage {
    return this.#shared.usage;
  }

  #tell(): void {
    const { memoryBytes, cpuMs, processes } = this.#limits;
    const wallMs = this.#limits.wallMs - (performance.now() - this.#startMs);
    this.#isTold = true;
    tell({
      ...{ kind: "watch", id: this.#id, subject: this.#subject, memory: this.#shared.memory },
      limits: { memoryBytes, cpuMs, processes, wallMs },
    });
  }

  [Symbol.dispose](): void {
    if (this.#isTold) tell({ kind: "end", id: this.#id });
  }
}

function tell(order: WatchOrder): void {
  try {
    thread ??= startThread();
    thread.postMessage(order);
  } catch {
    // A process that may have no further thread is still watched by its event loop.
  }
}

function startThread(): Worker {
  const program = Bun.fileURLToPath(import.meta.resolve("./second-watch-thread.ts"));
  // Without the environment, which holds secrets; and it keeps no process from ending.
  const worker = new Worker(program, { smol: true, ref: false, env: {}, name: "second watch" });
  worker.addEventListener("error", (event) => {
    // The event loop goes on watching; the next sandbox gets another thread.
    event.preventDefault();
    if (thread === worker) thread = undefined;
  });
  return worker;
}
