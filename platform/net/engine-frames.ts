/** Takes apart what a container engine sends of a program: both of its streams in one, in frames. */

export interface EngineFrame {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Uint8Array;
}

/** One byte names the stream, three are 0, four say how many bytes follow. */
const HEADER_BYTES = 8;
const STREAMS: Readonly<Record<number, EngineFrame["stream"]>> = { 1: "stdout", 2: "stderr" };

/**
 * Reads frames however the bytes are cut. A long frame comes in pieces, so that none is held as a whole.
 *
 * @see https://docs.docker.com/reference/api/engine/version/v1.40/#tag/Container/operation/ContainerAttach
 */
export class EngineFrames {
  readonly #header = new Uint8Array(HEADER_BYTES);
  #headerBytes = 0;
  #leftBytes = 0;
  #stream: EngineFrame["stream"] = "stdout";

  /** Whether what came ends where a frame ends. */
  get isWhole(): boolean {
    return this.#headerBytes === 0 && this.#leftBytes === 0;
  }

  /** @throws {Error} for bytes that do not begin a frame. */
  *push(chunk: Uint8Array): Generator<EngineFrame> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#leftBytes === 0) {
        rest = this.#readHeader(rest);
        continue;
      }
      const bytes = rest.subarray(0, this.#leftBytes);
      this.#leftBytes -= bytes.length;
      rest = rest.subarray(bytes.length);
      yield { stream: this.#stream, bytes };
    }
  }

  /** @returns what follows the part of the header. */
  #readHeader(chunk: Uint8Array): Uint8Array {
    const part = chunk.subarray(0, HEADER_BYTES - this.#headerBytes);
    this.#header.set(part, this.#headerBytes);
    this.#headerBytes += part.length;
    if (this.#headerBytes === HEADER_BYTES) this.#begin();
    return chunk.subarray(part.length);
  }

  #begin(): void {
    const [kind = 0, ...zeros] = this.#header.subarray(0, 4);
    const stream = STREAMS[kind];
    if (stream === undefined || zeros.some((byte) => byte !== 0)) {
      throw new Error("The container engine sent bytes that do not begin a frame");
    }
    this.#stream = stream;
    this.#leftBytes = new DataView(this.#header.buffer).getUint32(4);
    this.#headerBytes = 0;
  }
}
