/** What types the lines of the demo: keys on a terminal, lines on a pipe. */
import { EventEmitter } from "node:events";
import type { TerminalInput } from "../terminal.ts";
import { keyPause, type Pace, pause } from "./pace.ts";

export interface InputDriver {
  /** Types a line and sends it. Resolves when the room has answered. */
  send(line: string, sending: Sending): Promise<void>;
  /** Leaves the room, whatever it is doing. */
  leave(): void;
}

interface Sending {
  readonly pace: Pace;
  readonly signal: AbortSignal;
  readonly onSent: () => void;
}

const ENTER = "\r";
/** Clears the line or stops the answer; then Ctrl-D leaves. */
const LEAVE = "\u0003\u0004";
const STOP_KEYS: ReadonlySet<string> = new Set(["\u0003", "\u0004", "\u001b", "q"]);

/** A keyboard that we type on. Of the one behind it only the keys that stop the demo count. */
export class Keyboard extends EventEmitter implements TerminalInput, InputDriver, Disposable {
  readonly #real: TerminalInput;
  readonly #onStop: () => void;
  #answered = Promise.withResolvers<void>();

  constructor(real: TerminalInput, onStop: () => void) {
    super();
    this.#real = real;
    this.#onStop = onStop;
    real.on("data", this.#look);
    real.on("end", this.#end);
  }

  setRawMode(raw: boolean): void {
    this.#real.setRawMode(raw);
  }

  resume(): void {
    this.#real.resume();
  }

  pause(): void {
    this.#real.pause();
  }

  async send(line: string, { pace, signal, onSent }: Sending): Promise<void> {
    this.#answered = Promise.withResolvers();
    for (const key of line) {
      this.#type(key);
      await pause(keyPause(key, pace), signal);
    }
    await pause(pace.restMs, signal);
    this.#type(ENTER);
    onSent();
    await unlessStopped(this.#answered.promise, signal);
  }

  /** The room has answered what was sent. */
  readonly answered = (): void => this.#answered.resolve();

  leave(): void {
    this.#answered.resolve();
    this.#type(LEAVE);
  }

  [Symbol.dispose](): void {
    this.#real.off("data", this.#look);
    this.#real.off("end", this.#end);
  }

  #type(keys: string): void {
    this.emit("data", new TextEncoder().encode(keys));
  }

  readonly #look = (chunk: Uint8Array): void => {
    if (STOP_KEYS.has(new TextDecoder().decode(chunk))) this.#onStop();
  };

  readonly #end = (): void => void this.emit("end");
}

async function unlessStopped(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<void>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Lines for a room that asks for the next one when the last is answered. */
export class TypedLines implements AsyncIterable<string>, InputDriver {
  #requested = Promise.withResolvers<void>();
  #line = Promise.withResolvers<string | undefined>();

  async send(line: string, { pace, signal, onSent }: Sending): Promise<void> {
    await this.#requested.promise;
    await pause(pace.restMs, signal);
    this.#requested = Promise.withResolvers();
    onSent();
    this.#line.resolve(line);
    await unlessStopped(this.#requested.promise, signal);
  }

  leave(): void {
    this.#requested.resolve();
    this.#line.resolve(undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void> {
    try {
      for (;;) {
        this.#requested.resolve();
        const line = await this.#line.promise;
        this.#line = Promise.withResolvers();
        if (line === undefined) return;
        yield line;
      }
    } finally {
      this.#requested.resolve();
    }
  }
}
