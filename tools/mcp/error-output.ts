/** Retained for the reason why a server ended, in characters; of it so many are reported, once it is clean. */
const MAX_RETAINED = 8192;
const MAX_REPORTED = 300;
/** Longest line that is passed on, in characters, and most lines of a minute. */
const MOST = { line: 2000, lines: 60 } as const;
const MINUTE_MS = 60_000;

export interface ErrorOutputOptions {
  /** Takes control characters and secrets out of a text. */
  readonly clean: (text: string) => string;
  /** Told of each line, as it came; of a flood, the beginning. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: (() => number) | undefined;
}

/** What a server writes beside its messages. */
export class ErrorOutput {
  readonly #options: ErrorOutputOptions;
  #retained = "";
  #line = "";
  #minute = { since: Number.NEGATIVE_INFINITY, lines: 0 };

  constructor(options: ErrorOutputOptions) {
    this.#options = options;
  }

  add(text: string): void {
    const all = this.#retained + text;
    // Half a word may be half a secret, which is not known as one.
    this.#retained =
      all.length <= MAX_RETAINED ? all : all.slice(-MAX_RETAINED).replace(/^\S*/, "");
    const lines = `${this.#line}${text}`.split("\n");
    this.#line = (lines.pop() ?? "").slice(0, MOST.line);
    for (const line of lines) this.#tell(line);
  }

  /** The end of it, clean, as a clause of a sentence; empty where there was nothing. */
  get tail(): string {
    return this.#options.clean(this.#retained).trim().slice(-MAX_REPORTED);
  }

  #tell(line: string): void {
    const now = (this.#options.now ?? (() => performance.now()))();
    if (now - this.#minute.since > MINUTE_MS) this.#minute = { since: now, lines: 0 };
    this.#minute.lines += 1;
    if (line.trim() === "" || this.#minute.lines > MOST.lines) return;
    this.#options.onLine?.(line.slice(0, MOST.line));
  }
}
