/** Reads the body of an answer under caps, and unpacks it. */
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
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
 * Never holds more than the two caps: a bomb of a few kilobytes stops where it exceeds `inflatedBytes`.
 *
 * @throws {NetworkRefused} at the walls `wire-bytes`, `inflated-bytes` and `encoding`.
 * @throws what the system says when the connection breaks, and the signal's reason.
 */
export async function readBody(answer: IncomingMessage, rules: BodyRules): Promise<Uint8Array> {
  const unpack = unpackerOf(answer, rules);
  const packed = await readWire(answer, rules);
  // What has no body may still say how it would have been packed.
  return packed.length === 0 ? packed : await unpack(packed);
}

async function readWire(answer: IncomingMessage, rules: BodyRules): Promise<Uint8Array> {
  const { limits, signal, what, onProgress } = rules;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // A length is not a reason to refuse: the answer to HEAD announces a body that never comes.
  for await (const chunk of answer) {
    signal.throwIfAborted();
    bytes += chunk.length;
    if (bytes > limits.wireBytes) throw tooLong("wire-bytes", what, limits.wireBytes);
    onProgress();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

interface OutputCap {
  readonly maxOutputLength: number;
}
type Inflate = (packed: Uint8Array, cap: OutputCap) => Promise<Uint8Array>;

const gunzipped = promisify<Uint8Array, OutputCap, Uint8Array>(gunzip);
const INFLATERS: ReadonlyMap<string, Inflate> = new Map([
  ["gzip", gunzipped],
  ["x-gzip", gunzipped],
  ["deflate", promisify<Uint8Array, OutputCap, Uint8Array>(inflate)],
  ["br", promisify<Uint8Array, OutputCap, Uint8Array>(brotliDecompress)],
]);

function unpackerOf(
  answer: IncomingMessage,
  { what, limits }: BodyRules,
): (packed: Uint8Array) => Promise<Uint8Array> {
  const encoding = (answer.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "") return async (body) => body;
  const inflateAll = INFLATERS.get(encoding);
  if (inflateAll === undefined) {
    // Also "gzip, gzip": a page has no use for it, a bomb does.
    throw new NetworkRefused(
      "encoding",
      what,
      `The answer is packed as "${encoding.slice(0, 80)}".`,
    );
  }
  const { inflatedBytes: maxOutputLength } = limits;
  return (packed) =>
    inflateAll(packed, { maxOutputLength }).catch((error: unknown) => {
      throw isOutputCap(error) ? tooLong("inflated-bytes", what, maxOutputLength) : error;
    });
}

function isOutputCap(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

function tooLong(
  wall: "wire-bytes" | "inflated-bytes",
  what: string,
  limit: number,
): NetworkRefused {
  const which = wall === "wire-bytes" ? "as it travels" : "unpacked";
  return new NetworkRefused(wall, what, `The answer has more than ${limit} bytes ${which}.`);
}
