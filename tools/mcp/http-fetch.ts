import type { FetchLike } from "@modelcontextprotocol/client";
import { OrgError } from "#core/errors.ts";
import { parseAddress } from "#platform/net/address.ts";
import { type HttpRules, sendRequest } from "#platform/net/http-client.ts";

/** Of an answer, what its reader needs. */
const PASSED_HEADERS = ["content-type", "mcp-session-id"];

/**
 * Asks one server as its client needs it, through our own client: the address is resolved once and checked, redirects are
 * not followed, answers are bounded. An address that the human wrote down as one may be on this machine; no other may.
 *
 * @param server the address in the human's file.
 * @param rules how the network is reached. @default public addresses
 */
export function mcpFetch(server: URL, rules: HttpRules = {}): FetchLike {
  const port = Number(server.port) || (server.protocol === "https:" ? 443 : 80);
  const host = server.hostname.replaceAll(/[[\]]/g, "");
  const isAddress = host === "localhost" || parseAddress(host) !== undefined;
  const allowAddress = isAddress ? () => true : rules.allowAddress;
  return async (url, { method, headers, body, signal } = {}) => {
    // A stream for messages that we did not ask for: none of them means anything to us.
    if (method !== "POST") return new Response(null, { status: 405 });
    const target = new URL(url);
    if (target.origin !== server.origin) {
      throw new Error(`it would be asked at ${target.origin} instead of ${server.origin}`);
    }
    const sent = sendRequest(
      {
        ...{ url: target.href, method, headers: Object.fromEntries(new Headers(headers)) },
        body: new TextEncoder().encode(String(body)),
      },
      { ...rules, ports: [port], allowAddress },
      signal ?? new AbortController().signal,
    );
    const answer = await sent.catch((error: unknown) => {
      throw withWhy(error);
    });
    if (answer.status >= 300 && answer.status < 400) {
      throw new Error(`it redirects to another address (status ${answer.status})`);
    }
    const passed = PASSED_HEADERS.flatMap((name): [string, string][] => {
      const value = answer.headers.get(name);
      return value === undefined ? [] : [[name, value]];
    });
    const hasBody = answer.body.length > 0;
    const { status } = answer;
    return new Response(hasBody ? answer.body.slice() : null, { status, headers: passed });
  };
}

/** The library tells of an error by its message alone. */
function withWhy(error: unknown): unknown {
  if (!(error instanceof OrgError) || error.why === undefined) return error;
  const { code, message, why, remedies } = error;
  return new OrgError(`${message}: ${why}`, { code, remedies, cause: error });
}
