/** The only way out of a sandbox: tunnels to the domains of a lease, and an account of the requests. */
import { createServer, type Server, type Socket } from "node:net";
import { OrgError } from "#core/errors.ts";
import { type HostList, hostList } from "../host-list.ts";
import { type AddressRules, pinAddress } from "../pin.ts";
import { connectionReason } from "../refusal.ts";
import { RequestClock } from "../request-clock.ts";
import { type Destination, readDestination, readHead, TunnelRefused } from "./connect-head.ts";
import { dial, passOn } from "./tunnel.ts";

export interface EgressLimits {
  /** Bytes in both directions through all tunnels together. */
  readonly bytes: number;
  /** Life of one tunnel in milliseconds. */
  readonly totalMs: number;
  /** Longest time until a tunnel is open, and longest silence within it, in milliseconds. */
  readonly idleMs: number;
  /** Clients at the same time. */
  readonly connections: number;
}

const DEFAULT_EGRESS_LIMITS: EgressLimits = {
  bytes: 64 * 1024 * 1024,
  totalMs: 600_000,
  idleMs: 30_000,
  connections: 16,
};

/** One line of the account. */
export interface EgressEvent extends Destination {
  /** "cut": the lease has no bytes left. "broken": it fell silent, lasted too long, or one side went without a word. */
  readonly kind: "opened" | "refused" | "cut" | "broken";
  /** Why it was not opened, or did not end by itself. */
  readonly why?: string | undefined;
}

/** What sandboxed code may reach. */
export interface EgressOptions extends AddressRules {
  /** Domains: `example.com`, `*.example.com`. Nothing can be reached when there is none. */
  readonly hosts: readonly string[];
  /** Decides about a host that `hosts` does not name, at each request. @default none may be reached */
  readonly admits?: ((host: string) => boolean) | undefined;
  /** @default 443 alone */
  readonly ports?: readonly number[] | undefined;
  readonly limits?: Partial<EgressLimits> | undefined;
  /** Called for every request. Must not throw. */
  readonly onEvent?: ((event: EgressEvent) => void) | undefined;
}

/** Listens on a Unix socket; a client that reaches the socket may use it. Disposing closes every tunnel. */
export class EgressProxy implements AsyncDisposable {
  readonly #options: EgressOptions;
  readonly #allows: HostList;
  readonly #limits: EgressLimits;
  readonly #server: Server;
  readonly #clients = new Set<Socket>();
  readonly #end = new AbortController();
  #bytes = 0;

  private constructor(options: EgressOptions) {
    this.#options = options;
    this.#allows = hostList(options.hosts);
    this.#limits = { ...DEFAULT_EGRESS_LIMITS, ...options.limits };
    this.#server = createServer({ allowHalfOpen: true }, (client) => void this.#serve(client));
  }

  /**
   * @param path of the socket, in a folder that only we can enter.
   * @throws {OrgError} `CONFIG_INVALID` for a host that is not a domain.
   */
  static async open(path: string, options: EgressOptions): Promise<EgressProxy> {
    const proxy = new EgressProxy(options);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once("error", reject).listen(path, resolve);
    });
    return proxy;
  }

  /** Bytes that went through all tunnels so far. */
  get bytes(): number {
    return this.#bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#end.abort(new Error("the lease has ended"));
    for (const client of this.#clients) client.destroy();
    await closed;
  }

  async #serve(client: Socket): Promise<void> {
    this.#clients.add(client);
    client.once("close", () => this.#clients.delete(client));
    // Errors are reported by the reader or writer; without a listener they would end this process.
    client.on("error", () => undefined);
    const tunnel = await this.#open(client);
    if (tunnel === undefined) return;
    const { destination } = tunnel;
    const { bytes: limit } = this.#limits;
    using clock = new RequestClock(destination.host, this.#limits, this.#end.signal);
    const count = (bytes: number): void => {
      this.#bytes += bytes;
      if (this.#bytes > limit) throw new Error(`More than ${limit} bytes were passed on.`);
      clock.progress();
    };
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    await passOn({ ...tunnel, client, count, signal: clock.signal }).catch((error: unknown) =>
      this.#tell(
        this.#bytes > limit ? "cut" : "broken",
        destination,
        clock.signal.aborted ? clock.signal.reason : error,
      ),
    );
  }

  /** @returns undefined when the client has got a refusal. */
  async #open(client: Socket): Promise<OpenTunnel | undefined> {
    const { idleMs, connections } = this.#limits;
    using clock = new RequestClock("the client", { totalMs: idleMs, idleMs }, this.#end.signal);
    try {
      if (this.#clients.size > connections) {
        throw new TunnelRefused(503, `There are already ${connections} connections.`);
      }
      const { head, rest } = await readHead(client, clock.signal);
      const destination = readDestination(head);
      return { destination, rest, server: await this.#connect(destination, clock.signal) };
    } catch (error) {
      const status = error instanceof TunnelRefused ? error.status : 502;
      const why = `${whyOf(error)}\n`;
      const fields = `Content-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(why)}`;
      client.end(`HTTP/1.1 ${status} Refused\r\n${fields}\r\nConnection: close\r\n\r\n${why}`);
      return undefined;
    }
  }

  async #connect(destination: Destination, signal: AbortSignal): Promise<Socket> {
    const { host, port } = destination;
    try {
      if (!this.#allows(host) && this.#options.admits?.(host) !== true) {
        throw new TunnelRefused(403, `"${host}" is not among the domains of this sandbox.`);
      }
      if (!(this.#options.ports ?? [443]).includes(port)) {
        throw new TunnelRefused(403, `Port ${port} is not open for this sandbox.`);
      }
      const server = await dial(await pinAddress(host, this.#options, signal), port, signal);
      this.#tell("opened", destination);
      return server;
    } catch (error) {
      this.#tell("refused", destination, error);
      throw error;
    }
  }

  #tell(kind: EgressEvent["kind"], destination: Destination, error?: unknown): void {
    const why = error === undefined ? undefined : whyOf(error);
    this.#options.onEvent?.({ kind, ...destination, why });
  }
}

interface OpenTunnel {
  readonly destination: Destination;
  readonly rest: Uint8Array;
  readonly server: Socket;
}

function whyOf(error: unknown): string {
  return error instanceof OrgError ? (error.why ?? error.message) : connectionReason(error);
}
