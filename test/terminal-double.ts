/** Stands in for a terminal and for the process around it: keys go in, the screen can be read. */
import { EventEmitter } from "node:events";
import type { ProcessEvent, ProcessSignals, TerminalInput, TerminalOutput } from "#ui/terminal.ts";
import { ScreenEmulator } from "./screen-emulator.ts";

class Input extends EventEmitter implements TerminalInput {
  isRaw = false;
  flowing = false;

  setRawMode(raw: boolean): void {
    this.isRaw = raw;
  }

  resume(): void {
    this.flowing = true;
  }

  pause(): void {
    this.flowing = false;
  }
}

class Output extends EventEmitter implements TerminalOutput {
  columns: number;
  readonly screen: ScreenEmulator;
  /** Everything that was written, piece by piece. */
  readonly writes: string[] = [];
  /** What the next writes say about more of them. */
  takesMore = true;

  constructor(columns: number) {
    super();
    this.columns = columns;
    this.screen = new ScreenEmulator(columns);
  }

  write(text: string): boolean {
    this.writes.push(text);
    this.screen.write(text);
    this.emit("written");
    return this.takesMore;
  }
}

export class TerminalDouble {
  readonly input: Input = new Input();
  readonly output: Output;
  /** How often the process was suspended. */
  suspensions = 0;
  readonly #process = new EventEmitter();

  constructor(columns = 60) {
    this.output = new Output(columns);
  }

  readonly signals: ProcessSignals = {
    on: (event, handler) => {
      this.#process.on(event, handler);
      return { [Symbol.dispose]: () => this.#process.off(event, handler) };
    },
    suspend: () => {
      this.suspensions += 1;
    },
  };

  /** @param error what a bug threw. */
  signal(event: ProcessEvent, error?: unknown): void {
    this.#process.emit(event, error);
  }

  /** How many handlers of signals, keys and the window are still there. */
  get handlers(): number {
    const ofProcess = this.#process.eventNames().length;
    return ofProcess + this.input.eventNames().length + this.output.listenerCount("resize");
  }

  type(keys: string): void {
    this.input.emit("data", new TextEncoder().encode(keys));
  }

  get rows(): readonly string[] {
    return this.output.screen.rows;
  }

  /** All rows as one text. */
  get text(): string {
    return this.rows.join("\n");
  }

  /** The row in which the cursor stands. */
  get inputRow(): string {
    return this.rows[this.output.screen.cursor.row] ?? "";
  }

  /** Resolves when the screen shows what is awaited; rejects with the screen after four minutes. */
  async shows(what: string | ((terminal: this) => boolean)): Promise<void> {
    const fits = () => (typeof what === "string" ? this.text.includes(what) : what(this));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => {
      if (fits()) resolve();
    };
    const timer = setTimeout(
      () => reject(new Error(`Never showed ${what}:\n${this.text}`)),
      240_000,
    );
    this.output.on("written", look);
    look();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.output.off("written", look);
    }
  }
}
