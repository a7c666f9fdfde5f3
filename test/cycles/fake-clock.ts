import { spyOn } from "bun:test";
import type { Clock } from "#core/cycles/clock.ts";

interface Timer {
  readonly at: number;
  readonly call: () => void;
}

/** Stands still but for {@link FakeClock.play}, which goes from timer to timer. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  readonly #timers = new Set<Timer>();

  nowMs(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): Disposable {
    const timer = { at: this.#now + ms, call };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => this.#timers.delete(timer) };
  }

  /** Resolves when so much time has passed; for ever where it is infinite. */
  async sleep(ms: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    if (Number.isFinite(ms)) this.after(ms, over.resolve);
    await over.promise;
  }

  /** Sets it, as a machine does that begins anew. */
  set(ms: number): void {
    this.#now = ms;
  }

  /**
   * Lets time pass until some work has ended, each timer when nothing else is left to do.
   *
   * @throws {Error} where it waits and no timer is left.
   */
  async play<T>(work: Promise<T>): Promise<T> {
    // What rests after so many milliseconds of work must not: a rest would look as if nothing were left to do.
    using _still = spyOn(performance, "now").mockReturnValue(0);
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    work.then(end, end);
    for (;;) {
      // Everything that can go on does so before time passes.
      await new Promise(setImmediate);
      if (isOver) return await work;
      const next = [...this.#timers].sort((a, b) => a.at - b.at)[0];
      if (next === undefined) throw new Error("It waits for ever, and no timer is left");
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
    }
  }
}
