import { networkFailed } from "./refusal.ts";

export interface ClockLimits {
  readonly totalMs: number;
  readonly idleMs: number;
}

/** Ends a request that takes too long, stands still, or is not wanted any more. Disposing stops the clock. */
export class RequestClock implements Disposable {
  readonly #what: string;
  readonly #limits: ClockLimits;
  readonly #stop = new AbortController();
  readonly #total: Timer;
  readonly #outer: AbortSignal;
  readonly #abort = (): void => this.#stop.abort(this.#outer.reason);
  #idle: Timer | undefined;

  /** @param what names the request, for the message. */
  constructor(what: string, limits: ClockLimits, outer: AbortSignal) {
    this.#what = what;
    this.#limits = limits;
    this.#outer = outer;
    this.#total = setTimeout(
      () => this.#expire(`It took longer than ${limits.totalMs} ms.`),
      limits.totalMs,
    );
    if (outer.aborted) this.#abort();
    else outer.addEventListener("abort", this.#abort);
    this.progress();
  }

  /** Fires with the outer signal's reason, or with a `NETWORK_FAILED` that names the limit. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** To be called whenever something has arrived. */
  progress(): void {
    clearTimeout(this.#idle);
    const { idleMs } = this.#limits;
    this.#idle = setTimeout(() => this.#expire(`Nothing came for ${idleMs} ms.`), idleMs);
  }

  #expire(why: string): void {
    this.#stop.abort(networkFailed(this.#what, why));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#total);
    clearTimeout(this.#idle);
    this.#outer.removeEventListener("abort", this.#abort);
  }
}
