/** One question to one address: no redirects, no body read. */
import { type IncomingMessage, request as plainRequest } from "node:http";
import { type RequestOptions, request as secureRequest } from "node:https";
import { parseAddress } from "./address.ts";
import { NetworkRefused } from "./refusal.ts";
import type { Target } from "./target.ts";

export interface Exchange {
  readonly target: Target;
  /** The address to connect to; nothing else is asked for it. */
  readonly address: string;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  /** Longest head of the answer in bytes. */
  readonly headerBytes: number;
  /** Certificates of authorities to trust, in PEM, instead of the system's. */
  readonly authorities: string | undefined;
  /** Of this request alone. */
  readonly signal: AbortSignal;
}

/**
 * Sends the request and waits for the head of the answer. The body must be read or destroyed.
 *
 * @throws {NetworkRefused} at the wall `header-bytes`.
 * @throws what the system says when the connection fails, and the signal's reason.
 */
export async function exchange(request: Exchange): Promise<IncomingMessage> {
  const { target, signal } = request;
  signal.throwIfAborted();
  const answered = Promise.withResolvers<IncomingMessage>();
  // The proxies of the environment are read by `fetch` alone; node:http goes to the given address.
  const send = target.isSecure ? secureRequest : plainRequest;
  const outgoing = send(requestOptions(request));
  signal.addEventListener("abort", () => outgoing.destroy(signal.reason));
  outgoing.once("response", answered.resolve);
  outgoing.on("error", (error) => answered.reject(reasonFor(error, request)));
  // An answer that is none, such as a switch to another protocol, closes the connection without an error.
  outgoing.once("close", () => answered.reject(new Error("it was closed before the answer")));
  outgoing.end(request.body);
  return await answered.promise;
}

function reasonFor(error: Error, { target, headerBytes }: Exchange): Error {
  if (!("code" in error) || error.code !== "HPE_HEADER_OVERFLOW") return error;
  const why = `The head of the answer has more than ${headerBytes} bytes.`;
  return new NetworkRefused("header-bytes", target.url.host, why);
}

function requestOptions({ target, address, ...request }: Exchange): RequestOptions {
  const family = parseAddress(address)?.family;
  const pinned = { address, family: family ?? 4 };
  return {
    hostname: target.host,
    port: target.port,
    path: `${target.url.pathname}${target.url.search}`,
    method: request.method,
    headers: { ...request.headers, host: target.url.host, connection: "close" },
    maxHeaderSize: request.headerBytes,
    // A connection that is kept was judged for another request.
    agent: false,
    lookup: pinnedLookup(pinned),
    // Said, because NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would say otherwise.
    rejectUnauthorized: true,
    ...(request.authorities === undefined ? {} : { ca: request.authorities }),
    // A certificate names an address itself, not as a host (RFC 6066, section 3).
    ...(target.host === address ? {} : { servername: target.host }),
  };
}

function pinnedLookup(pinned: { address: string; family: number }): RequestOptions["lookup"] {
  return (_hostname, options, done) => {
    if (options.all === true) done(null, [pinned]);
    else done(null, pinned.address, pinned.family);
  };
}
