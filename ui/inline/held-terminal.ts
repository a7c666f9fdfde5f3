import { type Key, KeyDecoder } from "../keys.ts";
import type { ProcessSignals, TerminalInput, TerminalOutput } from "../terminal.ts";
import type { InlineScreen } from "./inline-screen.ts";

export interface HeldTerminalOptions {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly signals: ProcessSignals;
  /** Draws on the output while the terminal is ours. */
  readonly screen: InlineScreen;
  readonly onKey: (key: Key) => void;
  /** The terminal is gone. */
  readonly onHangUp: () => void;
}

/** After that a lone Esc is a key and not the beginning of a sequence, in milliseconds. */
const ESCAPE_MS = 25;
/** By then a suspended process has stopped, in milliseconds; if it has not, nothing will stop it. */
const SUSPEND_MS = 100;

/**
 * A terminal that is ours for a while: raw, drawn on, read key by key. It is lent to editors and to the
 * shell, and given back as it was whatever ends us. Disposing may be too late for that where the process
 * just ends; it is given back then, too.
 */
export class HeldTerminal implements Disposable {
  readonly #options: HeldTerminalOptions;
  readonly #keys = new KeyDecoder();
  readonly #resources = new DisposableStack();
  #escapeTimer: Timer | undefined;
  #suspendTimer: Timer | undefined;
  /** The terminal may be gone. */
  #hungUp = false as boolean;
  #lent = false as boolean;

  /** Connects to it; {@link take} takes it. */
  constructor(options: HeldTerminalOptions) {
    this.#options = options;
    const { input, output, signals } = options;
    // Last, whatever happens before.
    this.#resources.defer(this.#giveBack);
    input.on("data", this.#onData);
    // In raw mode Ctrl-D is a key: only a terminal that is gone has an end.
    input.on("end", this.#onHangUp);
    // Never taken off: even the last words may meet a terminal that is gone.
    output.on("error", this.#onHangUp);
    this.#resources.defer(() => {
      this.stopReading();
      input.off("end", this.#onHangUp);
      input.pause();
      clearTimeout(this.#escapeTimer);
      clearTimeout(this.#suspendTimer);
    });
    this.#resources.use(signals.on("SIGHUP", this.#onHangUp));
    this.#resources.use(signals.on("SIGCONT", this.#resume));
    this.#resources.use(signals.on("exit", this.#giveBack));
  }

  /** Makes it ours, or ours again. */
  take(): void {
    const { input, screen } = this.#options;
    input.setRawMode(true);
    input.resume();
    screen.open();
  }

  /** Another program has it. */
  get isLent(): boolean {
    return this.#lent;
  }

  /** What is typed from now on goes nowhere. */
  stopReading(): void {
    this.#options.input.off("data", this.#onData);
  }

  /** Lends it to another program for as long as `use` takes. */
  async lend<Result>(use: () => Promise<Result>): Promise<Result> {
    this.#lent = true;
    this.#giveBack();
    this.#options.input.pause();
    try {
      return await use();
    } finally {
      this.#lent = false;
      this.take();
    }
  }

  /** Ctrl-Z: the shell has it until it wakes us up again. */
  suspend(): void {
    this.#giveBack();
    this.#options.signals.suspend();
    // Without a shell that could do so the signal is ignored, and we go on.
    this.#suspendTimer = setTimeout(() => this.take(), SUSPEND_MS);
  }

  [Symbol.dispose](): void {
    this.#resources.dispose();
  }

  readonly #giveBack = (): void => {
    const { input, screen } = this.#options;
    try {
      screen.close();
      input.setRawMode(false);
    } catch (error) {
      // EIO: the terminal is gone, there is nothing to give back.
      if (!this.#hungUp) throw error;
    }
  };

  /** After a stop the shell has had the terminal, and what it did with it is unknown. */
  readonly #resume = (): void => {
    if (this.#lent) return;
    this.#giveBack();
    this.take();
  };

  readonly #onHangUp = (): void => {
    this.#hungUp = true;
    this.#options.onHangUp();
  };

  readonly #onData = (chunk: Uint8Array): void => {
    const { onKey } = this.#options;
    clearTimeout(this.#escapeTimer);
    for (const key of this.#keys.push(chunk)) onKey(key);
    if (!this.#keys.pending) return;
    this.#escapeTimer = setTimeout(() => {
      for (const key of this.#keys.flush()) onKey(key);
    }, ESCAPE_MS);
  };
}
