import type { HumanMessage } from "#core/events.ts";
import type { Consent } from "#room/permissions.ts";
import { roomClosed } from "#room/room-closed.ts";
import type { Listener } from "#room/room-record.ts";

/** How a line of the human is to be answered. */
export interface AnswerOptions {
  /** Ends the answering of this line only. */
  readonly signal?: AbortSignal | undefined;
  /** What becomes of questions for a yes. @default "ask" */
  readonly consent?: Consent | undefined;
  /** Sees what this line brings about, and nothing else; raw tool output included. */
  readonly listener?: Listener | undefined;
}

/** A line of the human that is being answered, or waits for its turn. */
export interface Job {
  readonly message: HumanMessage;
  /** Whoever is addressed speaks at the same time. */
  readonly together: boolean;
  readonly consent: Consent;
  readonly listener: Listener | undefined;
  readonly stop: AbortController;
  readonly done: PromiseWithResolvers<void>;
}

/** The lines of the human in the order they came; one is answered at a time. */
export class LineQueue {
  readonly #answer: (job: Job) => Promise<void>;
  readonly #waiting: Job[] = [];
  #running: Job | undefined;

  /** @param answer what is done for each line; what it throws is the answer's failure. */
  constructor(answer: (job: Job) => Promise<void>) {
    this.#answer = answer;
  }

  /** Lines that wait behind the one being answered. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** The line that is being answered. */
  get running(): Job | undefined {
    return this.#running;
  }

  /** Resolves when the line has been answered, however that ended. */
  add(message: HumanMessage, how: AnswerOptions & { readonly together: boolean }): Promise<void> {
    const { together, consent = "ask", signal, listener } = how;
    const stop = new AbortController();
    if (signal?.aborted === true) stop.abort(signal.reason);
    signal?.addEventListener("abort", () => stop.abort(signal.reason), { once: true });
    const done = Promise.withResolvers<void>();
    // Whoever waits hears of a failure; that nobody waits is no failure of its own.
    done.promise.catch(() => undefined);
    this.#waiting.push({ message, together, consent, listener, stop, done });
    if (this.#running === undefined) void this.#work();
    return done.promise;
  }

  /** Ends what is running now. @returns whether anything was. */
  stop(): boolean {
    this.#running?.stop.abort();
    return this.#running !== undefined;
  }

  /** Answers nothing more, and waits until what was running has ended. */
  async close(): Promise<void> {
    for (const job of this.#waiting.splice(0)) job.done.reject(roomClosed());
    this.stop();
    await this.#running?.done.promise;
  }

  async #work(): Promise<void> {
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) {
      this.#running = job;
      try {
        await this.#answer(job);
        job.done.resolve();
      } catch (error) {
        job.done.reject(error);
      }
      this.#running = undefined;
    }
  }
}
