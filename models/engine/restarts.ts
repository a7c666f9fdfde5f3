/** Keeps the child of an engine alive, within bounds. */
import { OrgError } from "#core/errors.ts";

/** Whatever runs until it ends by itself or is ended. */
export interface Runs {
  /** Resolves when it is gone, with how it ended. */
  readonly ended: Promise<string>;
}

/** Disposing ends the process. */
export interface Owned<Process> extends AsyncDisposable {
  readonly process: Process;
}

/** So many times within {@link WINDOW_MS} it may end by itself; after that something is wrong that a restart does not mend. */
const MOST_ENDS = 3;
const WINDOW_MS = 10 * 60_000;

export interface RestartOptions {
  /** Milliseconds of a clock that only goes forward. @default that of this process */
  readonly now?: () => number;
}

/** What is there to ask, and what has happened since the last request. */
export interface Started<Process> {
  readonly process: Process;
  /** For a person: that it had to be started again, and why. */
  readonly notice: string | undefined;
}

/** Starts a process when it is first needed, and again when it has ended. */
export class Restarts<Process extends Runs> implements AsyncDisposable {
  readonly #start: (signal: AbortSignal) => Promise<Owned<Process>>;
  readonly #now: () => number;
  /** When it ended by itself. */
  readonly #ends: number[] = [];
  #lastEnd: string | undefined;
  #current: Promise<Owned<Process>> | undefined;
  #running: Process | undefined;
  readonly #stop = new AbortController();

  constructor(
    start: (signal: AbortSignal) => Promise<Owned<Process>>,
    options: RestartOptions = {},
  ) {
    this.#start = start;
    this.#now = options.now ?? (() => performance.now());
  }

  /** What runs right now. */
  get running(): Process | undefined {
    return this.#running;
  }

  /**
   * @throws {OrgError} `ENGINE_FAILED` when it ended too often, and what starting it throws.
   * @throws the reason of `signal`.
   */
  async get(signal: AbortSignal): Promise<Started<Process>> {
    this.#stop.signal.throwIfAborted();
    const ends = this.#recentEnds();
    if (this.#current === undefined && ends >= MOST_ENDS) throw tooOften(ends, this.#lastEnd ?? "");
    // No caller's abort may take the process from others that wait for it.
    this.#current ??= this.#open();
    const process = await withAbort(
      this.#current.then((owned) => owned.process),
      signal,
    );
    const ended = this.#lastEnd;
    this.#lastEnd = undefined;
    const again = `The engine ${ended} and was started again (${ends} of ${MOST_ENDS}).`;
    return { process, notice: ended === undefined ? undefined : again };
  }

  /** Ends what runs, which is not a failure of it: the next one who asks gets another. */
  async renew(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    this.#running = undefined;
    await (await current?.catch(() => undefined))?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("the engine is no longer needed"));
    const current = await this.#current?.catch(() => undefined);
    await current?.[Symbol.asyncDispose]();
  }

  async #open(): Promise<Owned<Process>> {
    try {
      return this.#watch(await this.#start(this.#stop.signal));
    } catch (error) {
      // The next one who asks tries again: what was missing may be there by then.
      this.#current = undefined;
      throw error;
    }
  }

  #watch(owned: Owned<Process>): Owned<Process> {
    this.#running = owned.process;
    void owned.process.ended.then((how) => this.#onEnd(owned.process, how));
    return owned;
  }

  #onEnd(process: Process, how: string): void {
    // It was renewed: another may run by now.
    if (this.#running !== process) return;
    this.#current = undefined;
    this.#running = undefined;
    if (this.#stop.signal.aborted) return;
    this.#lastEnd = how;
    this.#ends.push(this.#now());
  }

  #recentEnds(): number {
    const since = this.#now() - WINDOW_MS;
    while ((this.#ends[0] ?? since) < since) this.#ends.shift();
    return this.#ends.length;
  }
}

async function withAbort<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function tooOften(ends: number, how: string): OrgError {
  return new OrgError("The built-in engine ends repeatedly", {
    code: "ENGINE_FAILED",
    why: `it ended ${ends} times within ${WINDOW_MS / 60_000} minutes; the last time it ${how || "ended"}`,
    remedies: [
      "free -m   # a process that takes too much memory is killed",
      "org engine remove && org engine install",
      "ollama serve",
    ],
    unchanged: "Nothing was sent. The room stays open.",
  });
}
