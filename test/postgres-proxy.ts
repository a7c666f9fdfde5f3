/** A wire between a client and a PostgreSQL server that can go silent, or be cut, in the moment a test wants. */
import type { Socket, TCPSocketListener } from "bun";

interface Pair {
  client: Socket<Pair>;
  server?: Socket<Pair>;
  /** What the server has not taken yet: its way may not be there, or be full. */
  toServer: Uint8Array[];
  toClient: Uint8Array[];
  /** The server has not heard that the client is gone. */
  isHalf?: boolean;
}

export class PostgresProxy implements Disposable {
  readonly #listener: TCPSocketListener<Pair>;
  readonly #pairs = new Set<Pair>();
  #target: number;
  /** What the server says is lost. */
  deaf: boolean = false;
  /** What the client says is lost. */
  mute: boolean = false;
  /** Connections that were taken. */
  connections: number = 0;

  /** @param port of a server on this machine. */
  constructor(port: number) {
    this.#target = port;
    this.#listener = Bun.listen<Pair>({
      ...{ hostname: "127.0.0.1", port: 0 },
      socket: {
        open: (client) => this.#take(client),
        data: ({ data: pair }, bytes) => {
          if (this.mute) return;
          pair.toServer.push(bytes.slice());
          if (pair.server !== undefined) flush(pair.server, pair.toServer);
        },
        drain: (client) => flush(client, client.data.toClient),
        close: ({ data: pair }) => {
          if (pair.isHalf !== true) this.#end(pair);
        },
        error: () => undefined,
      },
    });
  }

  get port(): number {
    return this.#listener.port;
  }

  /** Where new connections lead from now on. */
  leadTo(port: number): void {
    this.#target = port;
  }

  /** Ends every connection, for both ends. */
  cut(): void {
    for (const pair of this.#pairs) this.#end(pair);
  }

  /** Ends every connection for the client alone: the server holds what it held for it, until `cut`. */
  cutClients(): void {
    for (const pair of this.#pairs) {
      pair.isHalf = true;
      pair.client.terminate();
    }
  }

  [Symbol.dispose](): void {
    this.#listener.stop(true);
    this.cut();
  }

  #take(client: Socket<Pair>): void {
    const pair: Pair = { client, toServer: [], toClient: [] };
    client.data = pair;
    this.#pairs.add(pair);
    this.connections += 1;
    Bun.connect<Pair>({
      ...{ hostname: "127.0.0.1", port: this.#target, data: pair },
      socket: {
        open: (server) => {
          pair.server = server;
          flush(server, pair.toServer);
        },
        data: (_server, bytes) => {
          if (this.deaf) return;
          pair.toClient.push(bytes.slice());
          flush(client, pair.toClient);
        },
        drain: (server) => flush(server, pair.toServer),
        close: () => this.#end(pair),
        error: () => this.#end(pair),
      },
    }).catch(() => this.#end(pair));
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.client.terminate();
    pair.server?.terminate();
  }
}

/** Writes what the socket takes at the moment; the rest waits until it has room. */
function flush(socket: Socket<Pair>, waiting: Uint8Array[]): void {
  for (let [first] = waiting; first !== undefined; [first] = waiting) {
    const written = socket.write(first);
    if (written < first.length) {
      waiting[0] = first.subarray(Math.max(0, written));
      return;
    }
    waiting.shift();
  }
}
