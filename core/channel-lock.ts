import { OrgError } from "./errors.ts";

/** Gives the channel back. Calling it again does nothing; `using` calls it by itself. */
export interface Release extends Disposable {
  (): void;
}

export interface WaitOptions {
  /** Shown to those who wait. */
  readonly owner?: string;
  readonly signal?: AbortSignal;
}

interface Waiter {
  readonly owner: string;
  enter(): void;
}

/**
 * Lets at most `limit` speakers at once use a channel, such as a server with a single GPU.
 *
 * Waiters are served first come, first served; a waiter that gives up leaves the queue at once and delays
 * no other. Not re-entrant: a holder that waits again waits for itself.
 */
export class ChannelLock {
  readonly limit: number;
  // Sets keep insertion order and delete in constant time, so a queue of any length stays FIFO and
  // giving up is as cheap as being served.
  readonly #holders = new Set<Waiter>();
  readonly #waiting = new Set<Waiter>();

  constructor(limit = 1) {
    if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`limit ${limit} is below 1`);
    this.limit = limit;
  }

  /** Who holds the channel now, longest first. */
  get owners(): readonly string[] {
    return [...this.#holders].map((holder) => holder.owner);
  }

  /** How many wait behind them. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for the channel and holds it until the returned function is called or disposed.
   *
   * @param waitMs longest wait in milliseconds; `Infinity` waits as long as it takes.
   * @throws {OrgError} `LOCK_HELD` when the wait runs out; the message names the holders.
   * @throws the reason of `options.signal` when it aborts.
   */
  waitForLock(waitMs: number, options: WaitOptions = {}): Promise<Release> {
    const { owner = "another", signal } = options;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.#holders.size < this.limit && this.#waiting.size === 0) {
      const holder: Waiter = { owner, enter: noop };
      return Promise.resolve(this.#hold(holder));
    }
    return this.#queue(owner, waitMs, signal);
  }

  #queue(owner: string, waitMs: number, signal: AbortSignal | undefined): Promise<Release> {
    const { promise, resolve, reject } = Promise.withResolvers<Release>();
    const leave = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      this.#waiting.delete(waiter);
    };
    const waiter: Waiter = {
      owner,
      enter: () => {
        leave();
        resolve(this.#hold(waiter));
      },
    };
    const onAbort = () => {
      leave();
      reject(signal?.reason);
    };
    const onTimeout = () => {
      leave();
      reject(waitedTooLong(owner, waitMs, this.owners));
    };
    const timer = Number.isFinite(waitMs) ? setTimeout(onTimeout, waitMs) : undefined;
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#waiting.add(waiter);
    return promise;
  }

  #hold(holder: Waiter): Release {
    this.#holders.add(holder);
    const release = () => {
      // A second release must not free a permit that another holder has by now.
      if (!this.#holders.delete(holder)) return;
      for (const next of this.#waiting) {
        if (this.#holders.size >= this.limit) break;
        next.enter();
      }
    };
    return Object.assign(release, { [Symbol.dispose]: release });
  }
}

function noop(): void {
  // The queue is empty, so no waiter has to be let in.
}

function waitedTooLong(owner: string, waitMs: number, holders: readonly string[]): OrgError {
  const names = holders.map((name) => `"${name}"`).join(", ");
  return new OrgError(`"${owner}" waited ${waitMs} ms for the channel held by ${names}`, {
    code: "LOCK_HELD",
    remedies: [`wait for ${names} to finish`, "/stop"],
  });
}

/**
 * Waits for a lock as long as it takes: others may stream for hours, who waits for whom is on the screen, and an abort ends it.
 *
 * @returns `undefined` where the signal was aborted.
 */
export async function lockUnlessAborted(
  lock: ChannelLock,
  { owner, signal }: { readonly owner: string; readonly signal: AbortSignal },
): Promise<Release | undefined> {
  try {
    return await lock.waitForLock(Number.POSITIVE_INFINITY, { owner, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
