/** The head of a CONNECT request: everything that a client of the proxy says in clear. */
import type { Socket } from "node:net";
import { plainHost } from "../target.ts";

/** Longest head in bytes. */
const MAX_HEAD_BYTES = 8192;

/** A client gets no tunnel; thrown within the proxy and turned into an answer there. */
export class TunnelRefused extends Error {
  /** Status of the answer, RFC 9110. */
  readonly status: number;

  /** @param why one sentence for the reader of the program's output. */
  constructor(status: number, why: string) {
    super(why);
    this.status = status;
  }
}

export interface Destination {
  /** Lower-case name without a dot at its end, or a plain address. */
  readonly host: string;
  readonly port: number;
}

export interface ConnectHead {
  /** Everything up to the empty line. */
  readonly head: string;
  /** What the client sent behind it, without waiting for the answer. */
  readonly rest: Uint8Array;
}

/**
 * Reads from a client up to the empty line, and no further.
 *
 * @throws {TunnelRefused} for a head that is too long.
 * @throws the signal's reason, and an error when the client leaves.
 */
export function readHead(client: Socket, signal: AbortSignal): Promise<ConnectHead> {
  const { promise, resolve, reject } = Promise.withResolvers<ConnectHead>();
  let bytes: Buffer = Buffer.alloc(0);
  const read = (chunk: Uint8Array): void => {
    bytes = Buffer.concat([bytes, chunk]);
    const end = bytes.indexOf("\r\n\r\n");
    if (end > MAX_HEAD_BYTES || (end < 0 && bytes.length > MAX_HEAD_BYTES)) {
      reject(new TunnelRefused(431, `The request has more than ${MAX_HEAD_BYTES} bytes.`));
    } else if (end >= 0) {
      resolve({ head: bytes.toString("latin1", 0, end), rest: bytes.subarray(end + 4) });
    }
  };
  const abort = (): void => reject(signal.reason);
  const close = (): void => reject(new Error("the client left"));
  client.on("data", read).once("close", close).once("end", close);
  signal.addEventListener("abort", abort);
  return promise.finally(() => {
    client.pause().off("data", read).off("close", close).off("end", close);
    signal.removeEventListener("abort", abort);
  });
}

/** @throws {TunnelRefused} for everything but `CONNECT HOST:PORT`. */
export function readDestination(head: string): Destination {
  const [line = ""] = head.split("\r\n", 1);
  const [, method, target] = /^([A-Z]+) ([\x21-\x7e]+) HTTP\/1\.[01]$/.exec(line) ?? [];
  if (method === undefined || target === undefined) {
    throw new TunnelRefused(400, "This is not an HTTP request.");
  }
  if (method !== "CONNECT") {
    throw new TunnelRefused(405, "Only tunnels are opened (CONNECT): use an https:// address.");
  }
  const [, hostname, port] = /^([^/@?#\\]+):(\d{1,5})$/.exec(target) ?? [];
  // By way of a URL, which knows every spelling of an address.
  const url = hostname === undefined ? null : URL.parse(`http://${hostname}/`);
  const host = url === null || url.port !== "" ? undefined : plainHost(url.hostname);
  if (host === undefined) throw new TunnelRefused(400, "A tunnel needs a host and a port.");
  return { host, port: Number(port) };
}
