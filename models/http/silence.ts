export interface SilenceLimits {
  /** Longest wait for the first byte of an answer in milliseconds, the loading of a model included. */
  readonly firstByteMs: number;
  /** Longest time without a byte after that, in milliseconds. */
  readonly idleMs: number;
  /**
   * Longest wait for the end marker once the model has ended, in milliseconds: it comes at once or never.
   *
   * @default 2000
   */
  readonly graceMs?: number;
}

/**
 * Notices when a stream has been silent for too long. {@link received} runs for every packet, so it only
 * notes the time: one timer looks at that note when it fires, and is set again for the rest.
 */
export class SilenceWatch implements Disposable {
  readonly #onSilence: (ms: number, hasBytes: boolean) => void;
  #limitMs: number;
  #idleMs: number;
  #isFirst: "first" | "later" = "first";
  #lastHeard: number = performance.now();
  #timer: Timer | undefined;

  constructor(limits: SilenceLimits, onSilence: (ms: number, hasBytes: boolean) => void) {
    this.#onSilence = onSilence;
    this.#idleMs = limits.idleMs;
    this.#limitMs = limits.firstByteMs;
    this.#wait(this.#limitMs);
  }

  received(): void {
    this.#lastHeard = performance.now();
    if (this.#isFirst === "later") return;
    this.#isFirst = "later";
    this.#limit(this.#idleMs);
  }

  /** From now on less silence is enough; what was requested is there already. */
  shorten(ms: number): void {
    if (ms < this.#limitMs) this.#limit(ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #limit(ms: number): void {
    this.#limitMs = ms;
    clearTimeout(this.#timer);
    this.#wait(ms);
  }

  #wait(ms: number): void {
    // A longer delay would overflow the timer and fire at once; it is looked at again anyway.
    this.#timer = setTimeout(() => this.#look(), Math.min(ms, MAX_DELAY_MS));
  }

  #look(): void {
    const silentMs = performance.now() - this.#lastHeard;
    // A timer may fire a little early; a millisecond more does no harm.
    if (silentMs >= this.#limitMs - 1) this.#onSilence(this.#limitMs, this.#isFirst === "later");
    else this.#wait(this.#limitMs - silentMs);
  }
}

/** @see https://developer.mozilla.org/docs/Web/API/Window/setTimeout#maximum_delay_value */
const MAX_DELAY_MS = 2 ** 31 - 1;
