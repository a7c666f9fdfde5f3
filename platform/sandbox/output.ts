/** What a program printed, as far as it was kept. */
export interface Captured {
  readonly text: string;
  /** The program wrote more than the cap; the rest was thrown away. */
  readonly truncated: boolean;
}

export interface CaptureOptions {
  /** Most bytes kept. */
  readonly capBytes: number;
  /** Whether the text is kept for the result, too. @default true */
  readonly keeps?: boolean | undefined;
  /** Called with each piece that is kept, as it arrives. */
  readonly onText?: ((text: string) => void) | undefined;
  /** Called once, when the first byte over the cap arrives. */
  readonly onFlood: () => void;
}

/** What a program prints, as it comes: the first `capBytes` bytes are kept, the rest is thrown away. */
export class OutputText {
  readonly #options: CaptureOptions;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #parts: string[] = [];
  #roomBytes: number;
  #truncated: boolean = false;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#roomBytes = options.capBytes;
  }

  add(chunk: Uint8Array): void {
    const roomBytes = this.#roomBytes;
    if (roomBytes > 0) {
      this.#keep(this.#decoder.decode(chunk.subarray(0, roomBytes), { stream: true }));
    }
    this.#roomBytes = Math.max(0, roomBytes - chunk.length);
    if (this.#truncated || chunk.length <= roomBytes) return;
    this.#truncated = true;
    this.#options.onFlood();
  }

  /** To be called when nothing more comes. */
  end(): Captured {
    // A character cut by the cap is dropped; one cut by the program itself shows as U+FFFD.
    if (!this.#truncated) this.#keep(this.#decoder.decode());
    return { text: this.#parts.join(""), truncated: this.#truncated };
  }

  #keep(text: string): void {
    if (text === "") return;
    if (this.#options.keeps !== false) this.#parts.push(text);
    this.#options.onText?.(text);
  }
}

/**
 * Reads a pipe until every writer has closed it, keeping the first `capBytes` bytes.
 *
 * Reading goes on after the cap: a writer that blocks on a full pipe could not be told from one that
 * thinks, and would hold its memory until the wall clock stops it.
 */
export async function capture(fd: number, options: CaptureOptions): Promise<Captured> {
  const output = new OutputText(options);
  for await (const chunk of Bun.file(fd).stream()) output.add(chunk);
  return output.end();
}
