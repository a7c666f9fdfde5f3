import { AsyncLocalStorage } from "node:async_hooks";
import { OrgError } from "#core/errors.ts";
import type { Listener } from "./room-record.ts";

export interface JobOptions {
  /** Ends this job only. */
  readonly signal?: AbortSignal | undefined;
  /** Sees what this job brings about, and nothing else; raw tool output included. */
  readonly listener?: Listener | undefined;
}

/** Something that a room does, or that waits for its turn. */
export interface Job {
  readonly listener: Listener | undefined;
  /** Aborts when it is to end. */
  readonly signal: AbortSignal;
}

interface Entry extends Job {
  readonly stop: AbortController;
  readonly run: (job: Job) => Promise<void>;
  readonly done: PromiseWithResolvers<void>;
}

/** What a room does, one after the other, in the order it came. */
export class JobQueue {
  readonly #waiting: Entry[] = [];
  #running: Entry | undefined;

  get running(): Job | undefined {
    return this.#running;
  }

  /** How many wait behind the running one. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when it is done; rejects with what it throws, or when the queue is closed before. */
  add(run: (job: Job) => Promise<void>, { signal, listener }: JobOptions): Promise<void> {
    const stop = new AbortController();
    if (signal?.aborted === true) stop.abort(signal.reason);
    signal?.addEventListener("abort", () => stop.abort(signal.reason), { once: true });
    const done = Promise.withResolvers<void>();
    // The waiting caller hears of a failure; that none waits is not a failure of its own.
    done.promise.catch(() => undefined);
    // Done when another caller's work has ended, and for its caller all the same: logs tell them apart.
    const ownRun = AsyncLocalStorage.bind(run);
    this.#waiting.push({ run: ownRun, listener, stop, signal: stop.signal, done });
    if (this.#running === undefined) void this.#work();
    return done.promise;
  }

  /** Ends what is running now. @returns whether anything was. */
  stop(): boolean {
    this.#running?.stop.abort();
    return this.#running !== undefined;
  }

  /** Lets nothing begin any more, and waits until what runs has ended. */
  async close(): Promise<void> {
    for (const entry of this.#waiting.splice(0)) entry.done.reject(roomClosed());
    this.stop();
    await this.#running?.done.promise;
  }

  async #work(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#running = next;
      try {
        await next.run(next);
        next.done.resolve();
      } catch (error) {
        next.done.reject(error);
      }
      this.#running = undefined;
    }
  }
}

/** The failure of a line that was still waiting for its turn when the room was closed. */
function roomClosed(): OrgError {
  return new OrgError("The room was closed before this line was answered", {
    code: "OWNER_LOST",
    why: "the org that owns this home was told to stop while it answered an earlier one",
    remedies: ["org ask --resume MESSAGE", "org --resume   # then /retry"],
    unchanged: "The line is in the journal.",
  });
}
