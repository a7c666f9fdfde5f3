/** Reads the body of an answer under caps, unpacking it on the way. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { HttpLimits } from "./limits.ts";
import { NetworkRefused } from "./refusal.ts";

/** What we can unpack, for `accept-encoding`. */
export const ACCEPTED_ENCODINGS = "gzip, deflate, br";

export interface BodyRules {
  /** Host, for messages. */
  readonly what: string;
  readonly limits: HttpLimits;
  readonly signal: AbortSignal;
  readonly onProgress: () => void;
}

/**
 * Never holds more than `inflatedBytes`: a bomb of a few kilobytes stops where it exceeds them.
 *
 * @throws {NetworkRefused} at the walls `wire-bytes`, `inflated-bytes` and `encoding`.
 * @throws what the system says when the connection breaks, and the signal's reason.
 */
export async function readBody(answer: IncomingMessage, rules: BodyRules): Promise<Uint8Array> {
  const { limits, signal, what } = rules;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const collect = async (source: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > limits.inflatedBytes) throw tooLong("inflated-bytes", what, limits.inflatedBytes);
      chunks.push(chunk);
    }
  };
  const decoder = decoderOf(answer, what);
  const announced = Number(answer.headers["content-length"] ?? 0);
  if (announced > limits.wireBytes) throw tooLong("wire-bytes", what, limits.wireBytes);
  const source = wireBytes(answer, rules);
  if (decoder === undefined) await collect(source);
  else await pipeline(source, decoder, collect, { signal });
  return Buffer.concat(chunks);
}

async function* wireBytes(answer: IncomingMessage, rules: BodyRules): AsyncGenerator<Uint8Array> {
  const { limits, signal, what, onProgress } = rules;
  let bytes = 0;
  for await (const chunk of answer) {
    signal.throwIfAborted();
    bytes += chunk.length;
    if (bytes > limits.wireBytes) throw tooLong("wire-bytes", what, limits.wireBytes);
    onProgress();
    yield chunk;
  }
}

function decoderOf(answer: IncomingMessage, what: string): Duplex | undefined {
  const encoding = (answer.headers["content-encoding"] ?? "").trim().toLowerCase();
  switch (encoding) {
    case "":
    case "identity":
      return undefined;
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      // Also "gzip, gzip": a page has no use for it, a bomb does.
      throw new NetworkRefused(
        "encoding",
        what,
        `The answer is packed as "${encoding.slice(0, 80)}".`,
      );
  }
}

function tooLong(
  wall: "wire-bytes" | "inflated-bytes",
  what: string,
  limit: number,
): NetworkRefused {
  const which = wall === "wire-bytes" ? "as it travels" : "unpacked";
  return new NetworkRefused(wall, what, `The answer has more than ${limit} bytes ${which}.`);
}
