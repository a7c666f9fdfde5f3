/** Bytes of a stream of JSON lines to its lines, whatever the pieces they arrive in. */
import type { OrgError } from "#core/errors.ts";
import { streamTooLong } from "#core/stream-limit.ts";

/** Longest line in characters. */
const DEFAULT_MAX_LINE = 8 * 1024 * 1024;

/**
 * One stream. Feeding it whole or in any pieces gives the same lines; empty ones are left out.
 *
 * @see https://github.com/ndjson/ndjson-spec
 */
export class LineReader {
  readonly #decoder = new TextDecoder();
  readonly #maxLine: number;
  // Joined once: a line that comes in many pieces would be copied again with each of them.
  #pieces: string[] = [];
  #length = 0;
  #failure: OrgError | undefined;

  constructor(maxLine: number = DEFAULT_MAX_LINE) {
    this.#maxLine = maxLine;
  }

  /** Set once a line was too long; the stream cannot be read any further. */
  get failure(): OrgError | undefined {
    return this.#failure;
  }

  push(bytes: Uint8Array): readonly string[] {
    return this.#feed(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The body is over: a last line counts although no line feed follows it. */
  end(): readonly string[] {
    return this.#feed(`${this.#decoder.decode()}\n`);
  }

  #feed(text: string): readonly string[] {
    if (this.#failure !== undefined) return NOTHING;
    const [first = "", ...rest] = text.split("\n");
    this.#keep(first);
    const lines: string[] = [];
    for (const piece of rest) {
      const line = this.#pieces.join("").trim();
      if (line !== "") lines.push(line);
      this.#pieces = [];
      this.#length = 0;
      this.#keep(piece);
    }
    return lines;
  }

  #keep(piece: string): void {
    if (piece === "") return;
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length > this.#maxLine) this.#failure = streamTooLong("a line", this.#maxLine);
  }
}

const NOTHING: readonly string[] = [];
