/** When rooms are observed: once they are silent, and never while a user waits for an answer. */
import { existsSync } from "node:fs";
import { OrgError } from "#core/errors.ts";
import type { Journal } from "#core/journal.ts";
import type { Queue } from "#core/queue.ts";
import type { AppParts } from "./context.ts";
import type { PassParts } from "./observe-rooms.ts";

type ObservingApp = Pick<
  AppParts,
  "settings" | "cleaner" | "paths" | "memory" | "providers" | "budget" | "lockOf"
>;

export interface ObserverStart {
  readonly journal: Journal;
  /** Opens the queue of the home for a moment. */
  readonly openQueue: () => Promise<{ readonly queue: Queue } & AsyncDisposable>;
  /** Told of what ended the observer for this process. */
  readonly report: (error: unknown) => unknown;
}

/** Longest time between two looks, and how soon after a room was left it is observed, in milliseconds. */
const LOOK_MS = 30_000;
const CLOSED_MS = 60_000;
/** Rooms in which nothing was said for so long are not observed any more: what waits for a review goes as soon. */
const OLD_MS = 30 * 86_400_000;
const DAY_MS = 86_400_000;

export class RoomObserver {
  readonly #app: ObservingApp;
  /** When rooms are to be observed, on the clock of {@link performance}. */
  readonly #due = new Map<string, number>();
  #waiting = 0;
  #restUntil = 0;
  /** The queue may hold jobs that no room of this process asked for. */
  #hasJobs = false as boolean;
  #hasLooked = false as boolean;
  #startedAt = 0;
  #stop = new AbortController();
  #pass: Promise<void> | undefined;

  constructor(app: ObservingApp) {
    this.#app = app;
  }

  /** Says that a user waits for an answer in a room, until what is returned is disposed. What is being observed is given back. */
  userWaits(room: string): Disposable {
    this.#waiting += 1;
    this.#due.delete(room);
    this.#stop.abort(new Error("a user waits for an answer"));
    return {
      [Symbol.dispose]: () => {
        this.#waiting -= 1;
        this.#due.set(room, performance.now() + this.#settings.silentMs);
        this.#rest(this.#soonMs);
      },
    };
  }

  /** Says that no user has a room open any more: it need not be silent for long. */
  readonly roomClosed = (room: string): void => {
    const due = this.#due.get(room);
    if (due !== undefined) this.#due.set(room, Math.min(due, performance.now() + this.#soonMs));
  };

  /** Observes until what is returned is disposed, which waits for what is being written. */
  start(how: ObserverStart): AsyncDisposable {
    const { promotion, silentMs } = this.#settings;
    if (promotion === "off") return { [Symbol.asyncDispose]: () => Promise.resolve() };
    this.#startedAt = performance.now();
    this.#hasJobs = existsSync(this.#app.paths.queue);
    const look = (): void => {
      this.#pass ??= this.#look(how, promotion).finally(() => {
        this.#pass = undefined;
      });
    };
    const timer = setInterval(look, Math.min(LOOK_MS, silentMs / 4));
    timer.unref();
    return {
      [Symbol.asyncDispose]: async () => {
        clearInterval(timer);
        this.#rest(Number.POSITIVE_INFINITY);
        this.#stop.abort(new Error("this org is leaving"));
        await this.#pass;
      },
    };
  }

  get #settings(): ObservingApp["settings"]["observer"] {
    return this.#app.settings.observer;
  }

  get #soonMs(): number {
    return Math.min(CLOSED_MS, this.#settings.silentMs);
  }

  async #look(how: ObserverStart, promotion: "suggest" | "auto"): Promise<void> {
    const now = performance.now();
    if (this.#waiting > 0 || now < this.#restUntil || now < this.#startedAt + this.#soonMs) return;
    try {
      if (!this.#hasLooked) await this.#lookAtAll(how.journal);
      const rooms = [...this.#due].filter(([, due]) => due <= now).map(([room]) => room);
      if (rooms.length === 0 && !this.#hasJobs) return;
      await this.#observe(rooms, promotion, how);
    } catch (error) {
      // Another process has a short look at the queue.
      if (error instanceof OrgError && error.code === "HOME_BUSY") return;
      this.#rest(Number.POSITIVE_INFINITY);
      await how.report(error);
    }
  }

  /** Rooms that were closed, or that a process before this one left in the middle. */
  async #lookAtAll(journal: Journal): Promise<void> {
    const oldest = Date.now() - OLD_MS;
    const now = performance.now();
    for (const { room, lastAt } of await journal.rooms()) {
      if (lastAt >= oldest && !this.#due.has(room)) this.#due.set(room, now);
    }
    this.#hasLooked = true;
  }

  async #observe(
    rooms: readonly string[],
    promotion: "suggest" | "auto",
    { journal, openQueue }: ObserverStart,
  ): Promise<void> {
    // A model is asked by few processes: the others load nothing of it.
    const { observeRooms } = await import("./observe-rooms.ts");
    const withQueue: PassParts["withQueue"] = async (work) => {
      await using opened = await openQueue();
      return await work(opened.queue);
    };
    this.#stop = new AbortController();
    // Meanwhile a user may have begun to wait, or the process to leave.
    if (this.#waiting > 0 || performance.now() < this.#restUntil) return;
    const { signal } = this.#stop;
    // Where another process has the queue in between, a job stays behind.
    this.#hasJobs = true;
    const parts = { app: this.#app, journal, withQueue, promotion, signal };
    const end = await observeRooms(rooms, parts);
    this.#hasJobs = end !== "done";
    if (!signal.aborted) for (const room of rooms) this.#due.delete(room);
    if (end === "no-model") this.#rest(this.#settings.silentMs);
    if (end === "tomorrow") this.#rest(DAY_MS - (Date.now() % DAY_MS));
  }

  /** Observes nothing for so many milliseconds. */
  #rest(ms: number): void {
    this.#restUntil = Math.max(this.#restUntil, performance.now() + ms);
  }
}
