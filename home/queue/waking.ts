/** Whom an event of a job wakes, and how they wait for it. */
import type { Wakeups } from "../journal/wakeups.ts";

/** After which a waiting worker may find something; delayed ones are waited for by the clock, anew. */
export const MAKES_READY: ReadonlySet<string> = new Set([
  "queued",
  "retry",
  "released",
  "expired",
  "requeued",
]);

/** Of those who wait for events of a job. */
export function readerKey(queue: string, id: string): string {
  return `${queue}\0${id}`;
}

/** A wait that has begun; disposing ends it. */
export class Pause implements Disposable {
  readonly #over = new AbortController();
  readonly #woken: Promise<void>;

  constructor(wakeups: Wakeups, key: string) {
    this.#woken = wakeups.wait(key, this.#over.signal);
  }

  /** Until it is woken, the time is over or the signal is aborted. */
  async over(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const stop = (): void => this.#over.abort();
    const timer = setTimeout(stop, ms);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted === true) stop();
    await this.#woken;
    signal?.removeEventListener("abort", stop);
    clearTimeout(timer);
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }
}
