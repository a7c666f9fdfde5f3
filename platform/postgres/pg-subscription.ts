/** One `LISTEN`, begun again whenever it is cut. */
import { SQL } from "bun";
import type { DatabaseUrl } from "./database-url.ts";
import { closeWithin, connectionOptions, type PoolOptions } from "./pg-pool.ts";

export interface Listeners {
  readonly onNotify: (payload: string) => void;
  /** Called at every beginning: what was notified before was not heard. */
  readonly onListen: () => void;
}

export interface SubscriptionOptions {
  readonly channel: string;
  readonly listeners: Listeners;
  readonly pooling: PoolOptions;
  /** The server that takes writes at the moment. */
  readonly server: () => Promise<DatabaseUrl>;
}

/** Pause before it is begun again, in milliseconds; up to twice that. */
const PAUSE_MS = 250;

export class PgSubscription implements AsyncDisposable {
  readonly #options: SubscriptionOptions;
  readonly #over = Promise.withResolvers<void>();
  readonly #running: Promise<void>;
  #closed: boolean = false;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#over.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      // Whatever is in the way: who waits looks again by itself, so this is never the only one who tells.
      await this.#listen().catch(() => undefined);
      if (this.#closed) return;
      await Promise.race([this.#over.promise, Bun.sleep(PAUSE_MS * (1 + Math.random()))]);
    }
  }

  /** Ends when the connection does, or when it is closed. */
  async #listen(): Promise<void> {
    const { channel, listeners, pooling, server } = this.#options;
    const cut = Promise.withResolvers<void>();
    const options = connectionOptions(await server(), pooling);
    // Closed as soon as it is cut: Bun would begin it again itself, and write lines about that to our screen.
    const sql: SQL = new SQL({ ...options, max: 1, onclose: () => cut.resolve() });
    try {
      void cut.promise.then(() => closeWithin(sql, 0));
      const end = Promise.race([cut.promise, this.#over.promise]);
      // Cut while it begins, this may never be answered.
      await Promise.race([sql.listen(channel, listeners.onNotify, listeners.onListen), end]);
      await end;
    } finally {
      await closeWithin(sql, 0);
    }
  }
}
