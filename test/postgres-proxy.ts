/** A wire between a client and a PostgreSQL server that can go silent, or be cut, in the moment a test wants. */
import type { Socket, TCPSocketListener } from "bun";

interface Pair {
  client: Socket<Pair>;
  server?: Socket<Pair>;
  /** What came before the way to the server was there. */
  early: Uint8Array[];
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
          if (pair.server === undefined) pair.early.push(bytes.slice());
          else pair.server.write(bytes);
        },
        close: ({ data: pair }) => this.#end(pair),
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

  [Symbol.dispose](): void {
    this.#listener.stop(true);
    this.cut();
  }

  #take(client: Socket<Pair>): void {
    const pair: Pair = { client, early: [] };
    client.data = pair;
    this.#pairs.add(pair);
    this.connections += 1;
    Bun.connect<Pair>({
      ...{ hostname: "127.0.0.1", port: this.#target, data: pair },
      socket: {
        open: (server) => {
          pair.server = server;
          for (const bytes of pair.early.splice(0)) server.write(bytes);
        },
        data: (_server, bytes) => {
          if (!this.deaf) client.write(bytes);
        },
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
