/** A reverse proxy on loopback that counts what a contestant and a model server say to each other. */
import { addTraffic, NO_TRAFFIC, readTraffic, type Traffic } from "./model-traffic.ts";

export interface RecordingProxy extends AsyncDisposable {
  /** To be used in place of the server's address. */
  readonly url: string;
  /** What was said since the last time; waits for answers that are still under way. */
  take(): Promise<Traffic>;
}

export interface ProxyOptions {
  /** Of the server, without a path. */
  readonly base: string;
  /** The server understands llama.cpp's `timings_per_token`: then an answer that is cut is counted too. */
  readonly isLlamaCpp: boolean;
  /** How long a server that refuses the connection may take to come back, in milliseconds. */
  readonly patienceMs: number;
}

const SPEAKS = /\/(?:chat\/completions|completions?|api\/chat|api\/generate|messages)$/;
const RETRY_MS = 250;

export function startProxy(options: ProxyOptions): RecordingProxy {
  let traffic = NO_TRAFFIC;
  const underWay = new Set<Promise<void>>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    // A loaded server takes minutes until its first byte.
    idleTimeout: 0,
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      const counts = request.method === "POST" && SPEAKS.test(pathname);
      const done = Promise.withResolvers<void>();
      const record = (body: string): void => {
        if (counts) traffic = addTraffic(traffic, readTraffic(body));
        underWay.delete(done.promise);
        done.resolve();
      };
      underWay.add(done.promise);
      try {
        return tapped(await forward(request, options, counts), record);
      } catch (error) {
        record("");
        return new Response(String(error), { status: 502 });
      }
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    async take() {
      await Promise.all(underWay);
      const taken = traffic;
      traffic = NO_TRAFFIC;
      return taken;
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

async function forward(
  request: Request,
  options: ProxyOptions,
  counts: boolean,
): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const name of ["host", "connection", "content-length"]) headers.delete(name);
  headers.set("accept-encoding", "identity");
  const text = request.method === "GET" ? undefined : await request.text();
  const body = text !== undefined && counts ? withCounts(text, options.isLlamaCpp) : text;
  const init = { method: request.method, headers, signal: request.signal, timeout: false } as const;
  const deadline = performance.now() + options.patienceMs;
  for (;;) {
    try {
      return await fetch(`${options.base}${pathname}${search}`, {
        ...init,
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      const again = isGone(error) && !request.signal.aborted && performance.now() < deadline;
      if (!again) throw error;
      await Bun.sleep(RETRY_MS);
    }
  }
}

/** A server that is not there, or went before it said anything: it is being replaced. */
function isGone(error: unknown): boolean {
  const codes = ["ConnectionRefused", "ECONNREFUSED", "ECONNRESET", "ConnectionClosed"];
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Asks the server to count its tokens, in every chunk where it can: of a cut answer the last never comes. */
function withCounts(text: string, isLlamaCpp: boolean): string {
  const body: unknown = JSON.parse(text);
  if (typeof body !== "object" || body === null) return text;
  if (!("stream" in body) || body.stream !== true) return text;
  return JSON.stringify({
    stream_options: { include_usage: true },
    ...body,
    ...(isLlamaCpp ? { timings_per_token: true } : {}),
  });
}

/** The same answer, whose text is recorded at its end, whichever side ends it. */
function tapped(answer: Response, record: (body: string) => void): Response {
  const headers = new Headers(answer.headers);
  for (const name of ["content-length", "content-encoding", "transfer-encoding", "connection"])
    headers.delete(name);
  const { status, body } = answer;
  if (body === null) {
    record("");
    return new Response(null, { status, headers });
  }
  return new Response(recorded(body, record), { status, headers });
}

async function* recorded(
  body: ReadableStream<Uint8Array>,
  record: (body: string) => void,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const bytes of body) {
      text += decoder.decode(bytes, { stream: true });
      yield bytes;
    }
  } finally {
    record(text);
  }
}
