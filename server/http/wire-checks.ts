/** What is refused by how it was written, before anybody asks what it means. */
import type { WireRefusal, WireRequest } from "#platform/net/http-listener.ts";

// HEAD of a stream would be one that is neither read nor ended.
export const METHODS: readonly string[] = ["GET", "POST", "DELETE"];

/** Long enough for every address of ours, with a query. */
const MAX_TARGET = 4096;

/** Lists by their standards, which proxies write once more instead of appending. */
const REPEATABLE: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "cache-control",
  "forwarded",
  "via",
  "x-forwarded-for",
]);

/**
 * Two programs that read one request differently are how requests are smuggled and checks are passed by. So
 * nothing that could be read in two ways is read at all: repeated headers, a target with an authority, and paths
 * that a program might tidy up.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#name-request-smuggling
 */
export function wireRefusal(wire: WireRequest): WireRefusal | undefined {
  if (!METHODS.includes(wire.method)) {
    return refused(405, "METHOD", `this server accepts ${METHODS.join(", ")}`);
  }
  return targetRefusal(wire.target) ?? headersRefusal(wire);
}

function targetRefusal(target: string): WireRefusal | undefined {
  if (target.length > MAX_TARGET) {
    return refused(414, "TARGET", `an address has at most ${MAX_TARGET} characters`);
  }
  // The authority of such a target would count more than Host does; proxies are not spoken to here.
  if (!target.startsWith("/")) return refused(421, "HOST", "this is not served here");
  const [path = "", query = ""] = target.split(/\?(.*)/s);
  const isPlain = !/\/\/|%(?:00|2f|5c|2e)/i.test(path) && !/\/\.\.?(?:\/|$)/.test(path);
  if (isPlain && PATH.test(path) && QUERY.test(query)) return undefined;
  return refused(400, "TARGET", "write the address as it is, without dots, // or encoded slashes");
}

/** @see https://www.rfc-editor.org/rfc/rfc3986#appendix-A */
const PATH = /^(?:[\w.~!$&'()*+,;=:@/-]|%[0-9a-f]{2})*$/i;
const QUERY = /^(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9a-f]{2})*$/i;

function headersRefusal({ method, headers }: WireRequest): WireRefusal | undefined {
  const names = new Set<string>();
  for (const [name] of headers) {
    if (names.has(name) && !REPEATABLE.has(name)) {
      return refused(400, "HEADER_TWICE", `send the header ${JSON.stringify(name)} once`);
    }
    names.add(name);
  }
  const length = headers.find(([name]) => name === "content-length")?.[1] ?? "0";
  const hasBody = names.has("transfer-encoding") || Number(length) !== 0;
  const takesBody = method === "POST" || method === "DELETE";
  return hasBody && !takesBody ? refused(400, "BODY", `${method} takes no body`) : undefined;
}

function refused(status: WireRefusal["status"], code: string, message: string): WireRefusal {
  return { status, code, message };
}
