/** Containers that wait for the next call of their room. */
import type { Box } from "./box.ts";

/** After so many calls, or so long, a container is thrown away. */
const MOST_CALLS = 100;
const MOST_MS: number = 10 * 60_000;

/** One container a room and kind of container; it has one program at a time. */
export class WarmBoxes {
  readonly #waiting = new Map<string, { readonly box: Box; readonly timer: Timer }>();

  constructor() {
    // The containers end with us; their folders on this machine do not.
    process.on("exit", () => {
      for (const { box } of this.#waiting.values()) box.removeFolder();
    });
  }

  /** @returns the one that waits, which then belongs to the caller. */
  take(key: string): Box | undefined {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return undefined;
    clearTimeout(waiting.timer);
    this.#waiting.delete(key);
    return waiting.box;
  }

  /** Gives one back whose program has ended with everything it started; what is too much is thrown away. */
  async give(key: string, box: Box): Promise<void> {
    const remainingMs = MOST_MS - (performance.now() - box.openedAtMs);
    if (this.#waiting.has(key) || box.calls >= MOST_CALLS || remainingMs <= 0) {
      await box[Symbol.asyncDispose]();
      return;
    }
    const timer = setTimeout(() => {
      void this.take(key)?.[Symbol.asyncDispose]();
    }, remainingMs);
    // No caller waits for it: when the process ends, so do its containers.
    timer.unref();
    this.#waiting.set(key, { box, timer });
  }
}
