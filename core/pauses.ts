/** After so long everything else has its turn, in milliseconds. */
const LONGEST_STOP_MS = 8;

/** Lets everything else of this process have its turn during long work. */
export class Pauses {
  readonly #signal: AbortSignal | undefined;
  #last = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Waits for a turn of everything else where the last one was too long ago. @throws the reason of an aborted signal. */
  async rest(): Promise<void> {
    if (performance.now() - this.#last < LONGEST_STOP_MS) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#signal?.throwIfAborted();
    this.#last = performance.now();
  }
}
