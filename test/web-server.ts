/** A web server on the loopback, under the names that a scripted resolver gives it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from "node:net";
import type { HttpRules } from "#platform/net/http-client.ts";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Where a server listens. */
export interface Place {
  /** Of the loopback network, 127.0.0.0/8. @default 127.0.0.1 */
  readonly address: string;
  /** @default a free one */
  readonly port: number;
}

/**
 * A port that is the same in every run, on an address that is not: addresses say it, and two runs at once do not meet.
 * It lies below those that the kernel gives away.
 */
export function fixedPort(): Place {
  const parts = crypto.getRandomValues(new Uint8Array(3)).map((byte) => 1 + (byte % 250));
  return { address: `127.${parts.join(".")}`, port: 28_443 };
}

const ANYWHERE: Place = { address: "127.0.0.1", port: 0 };

export class WebServer implements AsyncDisposable {
  /** The first line of every request, with the host that it named. */
  readonly asked: readonly string[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, asked: readonly string[]) {
    this.#server = server;
    this.asked = asked;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      // A client that leaves early is part of what is tested.
      socket.on("error", () => undefined);
    });
  }

  static async open(
    answer: Answer,
    certificate?: Certificate,
    place: Place = ANYWHERE,
  ): Promise<WebServer> {
    const asked: string[] = [];
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      asked.push(`${request.method} ${request.headers.host}${request.url}`);
      void answer(request, response);
    };
    const server =
      certificate === undefined
        ? createServer(listener)
        : createSecureServer({ ...certificate }, listener);
    await listen(server, place);
    return new WebServer(server, asked);
  }

  /** A server that says what HTTP does not allow; called with the socket once the first bytes are there. */
  static async openRaw(answer: (socket: Socket) => void): Promise<WebServer> {
    const server = createTcpServer((socket) => socket.once("data", () => answer(socket)));
    await listen(server, ANYWHERE);
    return new WebServer(server, []);
  }

  get port(): number {
    return this.#place.port;
  }

  get #place(): AddressInfo {
    // A TCP server that listens has an address with a port.
    return this.#server.address() as AddressInfo;
  }

  /** How many clients are connected. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Rules under which any name leads here, and only here. */
  get rules(): HttpRules {
    const { address: own, port } = this.#place;
    return {
      resolver: async () => [own],
      allowAddress: (address) => address === own,
      ports: [port],
    };
  }

  url(path: string, host = "page.example"): string {
    return `http://${host}:${this.port}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

function listen(server: Server, { address, port }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, address, () => resolve());
  });
}
