import { closeSync, write } from "node:fs";
import type { ReadableStreamDefaultReader } from "node:stream/web";
import { promisify } from "node:util";

const writeAsync = promisify(write);

/**
 * Passes a stream on to a program's standard input, as fast as the program reads. Disposing lets go of
 * the stream, however much of it is left.
 *
 * The program never gets the stream's own descriptor: it could open a file that lies behind it anew, to
 * write.
 */
export class StdinPump implements Disposable {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #stopped = false;

  /** @param fd our end of a pipe; closed when the stream has ended. */
  constructor(source: ReadableStream<Uint8Array>, fd: number) {
    this.#reader = source.getReader();
    void this.#pump(fd);
  }

  async #pump(fd: number): Promise<void> {
    try {
      for (;;) {
        const { value, done } = await this.#reader.read();
        if (done || this.#stopped) return;
        for (let at = 0; at < value.length; ) at += (await writeAsync(fd, value, at)).bytesWritten;
      }
    } catch {
      // The program is gone, or has closed its input: what is left has no reader.
    } finally {
      closeSync(fd);
    }
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    void this.#reader.cancel().catch(() => undefined);
  }
}
