import { hostList } from "#platform/net/host-list.ts";
import { type HttpRules, sendRequest } from "#platform/net/http-client.ts";
import { decodeText } from "#platform/net/media-type.ts";
import type { FetchAnswer } from "./call-options.ts";
import { hostsOf } from "./desk.ts";

/**
 * What `ctx.fetch` does in production: GET, to the hosts of the contract and, over redirects, to no other.
 *
 * @throws {OrgError} `CONFIG_INVALID` for a capability whose host is no domain.
 */
export function toolFetch(
  capabilities: readonly string[],
  rules: HttpRules = {},
): (url: string, signal: AbortSignal) => Promise<FetchAnswer> {
  const isListed = hostList(hostsOf(capabilities));
  const asked: HttpRules = { ...rules, allowsRedirect: (to) => isListed(to.host) };
  return async (url, signal) => {
    const answer = await sendRequest({ url }, asked, signal);
    return {
      url: answer.url,
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: decodeText(answer.body, answer.headers.get("content-type")),
    };
  };
}
