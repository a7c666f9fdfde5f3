/** Plays a recording back over real HTTP, so that parser, time-outs and aborts are at work. */

import { setTimeout as delay } from "node:timers/promises";
import { aborted } from "#core/aborted.ts";
import { OrgError } from "#core/errors.ts";
import type { Exchange } from "./format.ts";
import { type Counts, keyOf, type Redact, readContent, routeOf } from "./key.ts";
import { explainMiss, nameOf } from "./nearest.ts";
import { settled } from "./settled.ts";

export interface ReplayOptions {
  /**
   * Every exchange is played exactly once; an unused one is an error on disposal. Otherwise the
   * last of several identical requests is answered again and again.
   *
   * @default false
   */
  readonly strict?: boolean;
  /**
   * With the pauses of the recording, or without.
   *
   * @default "instant"
   */
  readonly timing?: "real" | "instant";
  /** Cuts the bytes anew: the pieces depend on the seed alone. Pauses are omitted. */
  readonly recut?: { readonly seed: number; readonly longest: number };
  /** The redactor of the recording: a key is that of the redacted request. */
  readonly redact?: Redact;
  /** What of a request has to be as it was recorded. @default all of it */
  readonly counts?: Counts;
}

export interface ReplayServer extends AsyncDisposable {
  /** "http://127.0.0.1:PORT". */
  readonly url: string;
  /** Exchanges that were not requested yet. */
  unused(): readonly Exchange[];
}

/** Not a status of HTTP: no other server answers so. */
const MISS_STATUS = 599;

/** @throws {OrgError} `CASSETTE_MISS` on disposal, when `strict` and not all was played. */
export function replayServer(
  exchanges: readonly Exchange[],
  options: ReplayOptions = {},
): ReplayServer {
  const played = new Set<Exchange>();
  const unused = () => exchanges.filter((exchange) => !played.has(exchange));

  async function answer(request: Request): Promise<Response> {
    const { redact = (text) => text, counts = (content) => content } = options;
    const content = counts(readContent(await request.text(), redact));
    const [key, route] = [keyOf(content), routeOf(new URL(request.url).pathname)];
    const matching = exchanges.filter(
      (one) => one.key === key && one.route === route && one.method === request.method,
    );
    const next = matching.find((one) => !played.has(one));
    const exchange = next ?? (options.strict === true ? undefined : matching.at(-1));
    if (exchange === undefined) {
      const message = `${request.method} ${route} with key ${key.slice(0, 8)} is not in the recording; ${explainMiss(content, exchanges, unused())}`;
      return Response.json({ error: { message, code: "cassette_miss" } }, { status: MISS_STATUS });
    }
    played.add(exchange);
    const { status, headers } = exchange;
    return new Response(bodyOf(exchange, options, request.signal), { status, headers });
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0, // the default ends a quiet stream after 10 s
    development: false, // else a connection broken on purpose prints its stack
    fetch: answer,
  });

  return {
    url: `http://127.0.0.1:${server.port}`,
    unused,
    [Symbol.asyncDispose]: async () => {
      await server.stop(true);
      const remaining = unused();
      if (options.strict === true && remaining.length > 0)
        throw unusedExchanges(remaining, exchanges);
    },
  };
}

function bodyOf(exchange: Exchange, options: ReplayOptions, signal: AbortSignal): ReadableStream {
  const pieces = piecesOf(exchange, options);
  return new ReadableStream({
    // Unlike the default kind, a direct stream puts every flushed piece on the wire by itself.
    type: "direct",
    pull: async (controller) => {
      const startedAt = performance.now();
      for (const { atMs, bytes } of pieces) {
        const remainingMs = atMs - (performance.now() - startedAt);
        // An abort ends the pause, and the next line the stream.
        if (remainingMs > 0) await delay(remainingMs, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return;
        controller.write(bytes);
        await controller.flush();
      }
      if (exchange.end === "broken") {
        await settled();
        throw new Error("the recorded connection broke here");
      }
      // It is unknown what would have come behind that: the client left.
      if (exchange.end === "left") await aborted(signal);
      controller.close();
    },
  });
}

interface Piece {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

function piecesOf({ chunks }: Exchange, options: ReplayOptions): readonly Piece[] {
  const encoder = new TextEncoder();
  if (options.recut !== undefined) {
    const all = encoder.encode(chunks.map(({ text }) => text).join(""));
    const { seed, longest } = options.recut;
    return recut(all, seed, longest).map((bytes) => ({ atMs: 0, bytes }));
  }
  const isReal = options.timing === "real";
  return chunks.map(({ atMs, text }) => ({ atMs: isReal ? atMs : 0, bytes: encoder.encode(text) }));
}

function unusedExchanges(remaining: readonly Exchange[], all: readonly Exchange[]): OrgError {
  return new OrgError("The recording was not used completely", {
    code: "CASSETTE_MISS",
    why: `not requested: ${remaining.map((exchange) => nameOf(exchange, all)).join(", ")} of ${all.length} exchanges`,
    remedies: ["record it again"],
  });
}

/** Turns a recording into test cases for a parser: the same bytes in other pieces. */

/** Pieces of 1 to `longest` bytes, always the same for the same seed. */
function recut(bytes: Uint8Array, seed: number, longest: number): Uint8Array[] {
  const random = mulberry32(seed);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() * longest);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

/** A small generator of numbers from 0 to below 1. @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
