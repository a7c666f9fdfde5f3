/** One connection on which a client hears all its channels, begun again whenever it is cut. */
import { SQL } from "bun";
import type { DatabaseUrl } from "./database-url.ts";
import { closeWithin, connectionOptions, type PoolOptions } from "./pg-pool.ts";

export interface Listeners {
  readonly onNotify: (payload: string) => void;
  /** Called at every beginning: notifications before it were missed. */
  readonly onListen: () => void;
}

export interface ListeningOptions {
  readonly pooling: PoolOptions;
  /** The server that takes writes at the moment. */
  readonly server: () => Promise<DatabaseUrl>;
}

interface Subscription {
  readonly channel: string;
  readonly listeners: Listeners;
}

interface Running {
  /** Resolves when no channel is left. */
  readonly over: Promise<void>;
  readonly end: () => void;
  readonly ended: Promise<void>;
}

/** Pause before it is begun again, in milliseconds; up to twice that. */
const PAUSE_MS = 250;

/** There is a connection as long as there is a channel. */
export class PgListening implements AsyncDisposable {
  readonly #options: ListeningOptions;
  readonly #subscriptions = new Set<Subscription>();
  /** Begins a channel on the connection that there is. */
  #begin: ((one: Subscription) => void) | undefined;
  #running: Running | undefined;

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  /** Hears a channel until what is returned is disposed of. */
  add(one: Subscription): AsyncDisposable {
    this.#subscriptions.add(one);
    if (this.#begin !== undefined) this.#begin(one);
    else if (this.#running === undefined) this.#start();
    return {
      [Symbol.asyncDispose]: async () => {
        if (!this.#subscriptions.delete(one)) return;
        // The server goes on to tell of that channel, and no listener hears it.
        if (this.#subscriptions.size === 0) await this.#stop();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscriptions.clear();
    await this.#stop();
  }

  #start(): void {
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    this.#running = { over, end, ended: this.#run(over) };
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    this.#begin = undefined;
    running?.end();
    await running?.ended;
  }

  async #run(over: Promise<void>): Promise<void> {
    const ended = over.then(() => true);
    for (;;) {
      // Whatever is in the way: who waits looks again by itself, so this is never the only one who tells.
      await this.#listen(over).catch(() => undefined);
      const pause = Bun.sleep(PAUSE_MS * (1 + Math.random())).then(() => false);
      if (await Promise.race([ended, pause])) return;
    }
  }

  /** Ends when the connection does, or when no channel is left. */
  async #listen(over: Promise<void>): Promise<void> {
    const { pooling, server } = this.#options;
    const cut = Promise.withResolvers<void>();
    const options = connectionOptions(await server(), pooling);
    // Closed as soon as it is cut: Bun would begin it again itself, and write lines about that to our screen.
    const sql: SQL = new SQL({ ...options, max: 1, onclose: () => cut.resolve() });
    const begin = (one: Subscription): void => {
      const listening = sql.listen(
        one.channel,
        (payload) => this.#subscriptions.has(one) && one.listeners.onNotify(payload),
        () => this.#subscriptions.has(one) && one.listeners.onListen(),
      );
      // What cannot be begun is begun anew with all the others.
      listening.catch(() => cut.resolve());
    };
    try {
      void cut.promise.then(() => closeWithin(sql, 0));
      // While the server was looked for, the last channel may have left, and others come.
      if (this.#running?.over !== over) return;
      this.#begin = begin;
      for (const one of this.#subscriptions) begin(one);
      await Promise.race([cut.promise, over]);
    } finally {
      if (this.#begin === begin) this.#begin = undefined;
      await closeWithin(sql, 0);
    }
  }
}
