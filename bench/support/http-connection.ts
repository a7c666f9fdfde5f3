import type { Socket } from "bun";

/** A connection that is kept open: as little as possible of a client, so that the server is what is measured. */
export class HttpConnection implements Disposable {
  readonly #socket: Socket;
  readonly #heard: { text: string; wake: () => void };

  private constructor(socket: Socket, heard: { text: string; wake: () => void }) {
    this.#socket = socket;
    this.#heard = heard;
  }

  static async open(port: number): Promise<HttpConnection> {
    const heard = { text: "", wake: (): void => undefined };
    const socket = await Bun.connect({
      ...{ hostname: "127.0.0.1", port },
      socket: {
        data: (_socket, bytes) => {
          heard.text += bytes.toString("latin1");
          heard.wake();
        },
      },
    });
    return new HttpConnection(socket, heard);
  }

  /** Sends a whole request, and resolves with its status when its answer is whole. */
  async ask(request: string): Promise<number> {
    this.#heard.text = "";
    this.#socket.write(request);
    await this.hear(isWhole);
    return Number(this.#heard.text.slice(9, 12));
  }

  /** Sends a request whose answer has no end. */
  listen(request: string): void {
    this.#socket.write(request);
  }

  /** Resolves when what has come is enough. */
  async hear(isEnough: (text: string) => boolean): Promise<void> {
    while (!isEnough(this.#heard.text)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#heard.wake = resolve;
      await promise;
    }
  }

  [Symbol.dispose](): void {
    this.#socket.end();
  }
}

function isWhole(text: string): boolean {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const [, length = "0"] = /content-length: (\d+)/i.exec(text.slice(0, head)) ?? [];
  return text.length >= head + 4 + Number(length);
}
