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

/**
 * Reads a pipe until every writer has closed it, keeping the first `capBytes` bytes.
 *
 * Reading goes on after the cap: a writer that blocks on a full pipe could not be told from one that
 * thinks, and would hold its memory until the wall clock stops it.
 */
export async function capture(fd: number, options: CaptureOptions): Promise<Captured> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const parts: string[] = [];
  const keep = (text: string): void => {
    if (text === "") return;
    if (options.keeps !== false) parts.push(text);
    options.onText?.(text);
  };
  let roomBytes = options.capBytes;
  let truncated = false;
  for await (const chunk of Bun.file(fd).stream()) {
    if (roomBytes > 0) keep(decoder.decode(chunk.subarray(0, roomBytes), { stream: true }));
    const isFirstOver = !truncated && chunk.length > roomBytes;
    roomBytes = Math.max(0, roomBytes - chunk.length);
    if (isFirstOver) {
      truncated = true;
      options.onFlood();
    }
  }
  // A character cut by the cap is dropped; one cut by the program itself shows as U+FFFD.
  if (!truncated) keep(decoder.decode());
  return { text: parts.join(""), truncated };
}
