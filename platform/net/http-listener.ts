/**
 * A port that speaks HTTP/1.1, with what must not be lost on the way to a `Request`: how the headers were really
 * written, the request target to the letter, and limits on connections, time and size.
 *
 * `node:http` rather than `Bun.serve` (Bun 1.4.5): that one joins repeated headers, drops the authority of an
 * absolute target, and has no limit on the time in which a request must have come.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { sendResponse } from "./send-response.ts";

/** What came over the wire, before anything of it was understood. */
export interface WireRequest {
  readonly method: string;
  /** The target of the request line as it was sent. */
  readonly target: string;
  /** Names and values as they were sent, repeated ones too. */
  readonly headers: readonly (readonly [string, string])[];
  /** Who asks. */
  readonly address: string;
}

export interface ListenerLimits {
  /** Most connections at once; a client that comes then is told to come back later. @default 1024 */
  readonly connections?: number | undefined;
  /** Longest time for the head of a request, in milliseconds. @default 10000 */
  readonly headMs?: number | undefined;
  /** Longest time for a whole request with its body, in milliseconds. @default 30000 */
  readonly requestMs?: number | undefined;
  /** How long a connection may wait for its next request, in milliseconds; whole seconds are announced. @default 15000 */
  readonly idleMs?: number | undefined;
  /** Most bytes of a body. @default 1 MiB */
  readonly bodyBytes?: number | undefined;
}

/** Why a request is refused. */
export interface WireRefusal {
  readonly status: 400 | 401 | 403 | 405 | 413 | 414 | 415 | 421 | 429 | 503;
  readonly code: string;
  /** For a person; holds nothing that was sent. */
  readonly message: string;
  /** In how many seconds to ask again. */
  readonly retryAfter?: number | undefined;
}

/** The verdict on a request after its head. */
export interface RequestVerdict {
  readonly wire: WireRequest;
  /** The body is not read then. */
  readonly refusal?: WireRefusal | undefined;
}

export interface ListenerOptions<About extends RequestVerdict> {
  readonly hostname: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly limits?: ListenerLimits | undefined;
  /** Judges a head before the body is read. */
  readonly judge: (wire: WireRequest) => About;
  /**
   * What was refused comes with an address that means nothing. The request's signal aborts when
   * the caller has left.
   */
  readonly answer: (request: Request, about: About) => Response | Promise<Response>;
  /** Told of answers that broke off for a reason of ours; the caller sees the connection end. */
  readonly report: (error: unknown) => void;
}

export interface HttpListener extends AsyncDisposable {
  readonly port: number;
}

/** How often requests are looked at that take too long, in milliseconds. */
const CHECK_MS = 500;

/** How long it is looked whether a request has come on a connection that is to be closed, in milliseconds. */
const LAST_LOOK_MS = 50;

const HEAD_BYTES = 16 * 1024;

/** What of an unwanted body is read, so that the sender gets to read the answer, in bytes. */
const UNWANTED_BYTES = 8 * 1024 * 1024;

/** @throws what the system says when the port is taken. */
export async function listenHttp<About extends RequestVerdict>(
  options: ListenerOptions<About>,
): Promise<HttpListener> {
  const { headMs = 10_000, requestMs = 30_000, idleMs = 15_000 } = options.limits ?? {};
  const server = createServer({
    headersTimeout: Math.min(headMs, requestMs),
    requestTimeout: requestMs,
    connectionsCheckingInterval: CHECK_MS,
    keepAliveTimeout: idleMs,
    maxHeaderSize: HEAD_BYTES,
    // Ours has the form of all refusals.
    requireHostHeader: false,
  });
  // biome-ignore lint/nursery/useDisposables: the listener disposes of it
  const listener = new Listener(server, options);
  await listener.open();
  return listener;
}

class Listener<About extends RequestVerdict> implements HttpListener {
  readonly #server: Server;
  readonly #options: ListenerOptions<About>;
  readonly #sockets = new Set<Socket>();
  /** How many requests have come on a connection. */
  readonly #requests = new WeakMap<Socket, number>();

  constructor(server: Server, options: ListenerOptions<About>) {
    this.#server = server;
    this.#options = options;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    server.on("request", (incoming, outgoing) => {
      const { socket } = incoming;
      this.#requests.set(socket, (this.#requests.get(socket) ?? 0) + 1);
      void this.#serveWell(incoming, outgoing);
    });
    server.on("timeout", (socket: Socket) => this.#closeIdle(socket));
    // Tunnels and other protocols are not spoken here.
    server.on("connect", (_incoming, socket) => {
      socket.end(
        "HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
      );
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  }

  async open(): Promise<void> {
    const { hostname, port } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(port, hostname, resolve);
    await promise;
    this.#server.removeListener("error", reject);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }

  /**
   * Closes a connection that has waited long enough for its next request. Where this process was busy or stopped for so
   * long, that request may have come and not been read: its sender would get no answer, and what is not a GET is sent
   * only once. So the system is asked once more what has come.
   */
  #closeIdle(socket: Socket): void {
    const before = this.#requests.get(socket);
    const look = setTimeout(() => {
      if (this.#requests.get(socket) === before) socket.destroy();
    }, LAST_LOOK_MS);
    look.unref();
  }

  /** One request that goes wrong must not take the others with it. */
  async #serveWell(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    // A caller that leaves in the middle is told apart where it matters.
    incoming.on("error", () => undefined);
    outgoing.on("error", () => undefined);
    try {
      await this.#serve(incoming, outgoing);
    } catch (error) {
      // A caller that has left breaks off what is written to it: that is not a failure of ours.
      if (!outgoing.destroyed) this.#options.report(error);
      outgoing.destroy();
    }
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { judge, limits = {} } = this.#options;
    const about = judge(wireOf(incoming));
    const isFull = this.#sockets.size > (limits.connections ?? 1024);
    if (isFull) return await this.#refuse({ ...about, refusal: FULL }, incoming, outgoing);
    if (about.refusal !== undefined) return await this.#refuse(about, incoming, outgoing);
    const maxBytes = limits.bodyBytes ?? 1024 * 1024;
    const body = await bodyOf(incoming, maxBytes);
    if (body === "gone") return;
    if (body === "long") {
      const refusal = tooLarge(maxBytes);
      return await this.#refuse({ ...about, refusal }, incoming, outgoing);
    }
    const disconnected = new AbortController();
    outgoing.once("close", () => {
      if (!outgoing.writableFinished) disconnected.abort(new Error("the caller has left"));
    });
    const request = requestOf(about.wire, body, disconnected.signal);
    await sendResponse(await this.#options.answer(request, about), outgoing);
  }

  /** Answers before the request is whole. What is still to come is thrown away, and the connection ends. */
  async #refuse(about: About, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    let unwanted = 0;
    incoming.on("data", (chunk: Uint8Array) => {
      unwanted += chunk.length;
      if (unwanted > UNWANTED_BYTES) incoming.destroy();
    });
    outgoing.setHeader("connection", "close");
    const id = about.wire.headers.find(([name]) => name === "x-request-id")?.[1];
    const headers = id === undefined ? {} : { "x-request-id": id };
    const request = new Request("http://localhost/", { headers });
    await sendResponse(await this.#options.answer(request, about), outgoing);
  }
}

const FULL: WireRefusal = {
  ...{ status: 503, code: "BUSY" },
  message: "too many connections are open",
  retryAfter: 1,
};

function tooLarge(maxBytes: number): WireRefusal {
  return { status: 413, code: "TOO_LARGE", message: `send at most ${maxBytes} bytes` };
}

function wireOf(incoming: IncomingMessage): WireRequest {
  const raw = incoming.rawHeaders;
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    headers.push([(raw[at] ?? "").toLowerCase(), raw[at + 1] ?? ""]);
  }
  const { method = "", url: target = "" } = incoming;
  return { method, target, headers, address: incoming.socket.remoteAddress ?? "" };
}

function requestOf(
  { method, target, headers }: WireRequest,
  body: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Request {
  const entries = headers.map(([name, value]): [string, string] => [name, value]);
  const init = { method, headers: entries, signal };
  // The authority is judged by itself: whatever stands in it must not change what the path is.
  return new Request(`http://localhost${target}`, body.length === 0 ? init : { ...init, body });
}

/** @returns "long" for more than so many bytes, "gone" when the sender did not finish. */
async function bodyOf(
  incoming: IncomingMessage,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | "long" | "gone"> {
  if (Number(incoming.headers["content-length"] ?? 0) > maxBytes) return "long";
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > maxBytes) return "long";
      chunks.push(chunk);
    }
  } catch {
    return "gone";
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
