/**
 * Group commit over the network: all requests of one turn of the event loop go to the server as one
 * call, in order: one way there and back, one commit.
 */
import { databaseIsEnding } from "./failures.ts";
import type { PgCalls } from "./pg-client.ts";
import type { Value } from "./pg-pool.ts";

/** An operation as the function of the server reads it: its name, then its values. */
export type Operation = readonly [string, ...(readonly (string | number | boolean | null)[])];

export interface BatchOptions {
  readonly client: PgCalls;
  /**
   * Calls the function with a batch's id ($1, as text) and its operations ($2, JSON as text), and whatever `values`
   * gives. It gives back one column `answer`: JSON as text, an object with `answers`, one for each operation. The
   * same id again must give the same answers, and do nothing.
   */
  readonly call: string;
  readonly values?: () => readonly Value[];
  /** Called with every whole answer, once the callers have theirs. Must not throw. */
  readonly applied?: (whole: BatchAnswer) => void;
}

export interface BatchAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: what a function of ours wrote, as JSON.parse gives it
  readonly answers: readonly any[];
  readonly [key: string]: unknown;
}

/** Most operations in one call: a few milliseconds of the server's work. */
const MAX_BATCH = 256;

interface Waiting {
  readonly operation: Operation;
  readonly answer: (whole: BatchAnswer, index: number) => void;
  readonly reject: (error: unknown) => void;
}

export class Batches {
  readonly #options: BatchOptions;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #refusal: Error | undefined;

  constructor(options: BatchOptions) {
    this.#options = options;
  }

  /**
   * @param read takes the answer out of the whole one, for what lies beside it.
   * @returns what the server confirmed.
   * @throws {OrgError} as {@link PgClient.query} does; of a batch that was refused, each operation is tried alone.
   */
  submit<T>(
    operation: Operation,
    read: (whole: BatchAnswer, index: number) => T = (whole, index) => whole.answers[index],
  ): Promise<T> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    return new Promise<T>((resolve, reject) => {
      const answer = (whole: BatchAnswer, index: number) => resolve(read(whole, index));
      this.#waiting.push({ operation, answer, reject });
      this.#running ??= this.#run();
    });
  }

  /** Sends what waits, and from then on refuses with `failure`. */
  async close(failure: Error = databaseIsEnding()): Promise<void> {
    this.#refusal ??= failure;
    await this.#running;
  }

  async #run(): Promise<void> {
    // Not a microtask: everybody who is ready in this turn of the event loop should get on board.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, MAX_BATCH));
    this.#running = undefined;
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    const failure = await this.#attempt(batch);
    if (failure === undefined) return;
    const [only] = batch;
    if (batch.length === 1) return only?.reject(failure.error);
    if (!failure.isOfOne) {
      for (const { reject } of batch) reject(failure.error);
      return;
    }
    // Nothing of it was done. What the server refuses for one operation must not take the others with it.
    for (const one of batch) await this.#send([one]);
  }

  async #attempt(
    batch: readonly Waiting[],
  ): Promise<{ error: unknown; isOfOne: boolean } | undefined> {
    const { client, call, values, applied } = this.#options;
    const id = crypto.randomUUID();
    const operations = JSON.stringify(batch.map(({ operation }) => operation));
    try {
      const [row] = await client.query<{ answer: string }>(call, [
        id,
        operations,
        ...(values?.() ?? []),
      ]);
      const whole: BatchAnswer = JSON.parse(row?.answer ?? "");
      for (const [index, { answer }] of batch.entries()) answer(whole, index);
      applied?.(whole);
      return undefined;
    } catch (error) {
      return { error, isOfOne: Reflect.get(Object(error), "code") === "DATABASE_FAILED" };
    }
  }
}
