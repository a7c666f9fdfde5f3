/** Lists of domains that a person allows: `example.com` for itself, `*.example.com` for all names below it. */
import { OrgError } from "#core/errors.ts";
import { parseAddress } from "./address.ts";
import { plainHost } from "./target.ts";

/** @param host lower-case, without a dot at its end. */
export type HostList = (host: string) => boolean;

/** @throws {OrgError} `CONFIG_INVALID` for a pattern that is neither a domain nor `*.` before one. */
export function hostList(patterns: readonly string[]): HostList {
  const exact = new Set<string>();
  const suffixes: string[] = [];
  for (const pattern of patterns) {
    const below = pattern.startsWith("*.");
    const host = readHost(below ? pattern.slice(2) : pattern);
    // "*.com" is everybody; a name below a single label belongs to another owner.
    if (host === undefined || (below && !host.includes("."))) throw invalid(pattern);
    if (below) suffixes.push(`.${host}`);
    else exact.add(host);
  }
  return (host) => exact.has(host) || suffixes.some((suffix) => host.endsWith(suffix));
}

function readHost(text: string): string | undefined {
  // By way of a URL: people write names with umlauts, requests have them in ASCII.
  const url = /^[^\s/@:?#\\%[\]*]+$/.test(text) ? URL.parse(`http://${text}/`) : null;
  const host = url === null ? undefined : plainHost(url.hostname);
  return host === undefined || parseAddress(host) !== undefined ? undefined : host;
}

function invalid(pattern: string): OrgError {
  return new OrgError(`"${pattern.slice(0, 200)}" is not a domain that can be allowed`, {
    code: "CONFIG_INVALID",
    why: "A domain is a name such as example.com, or *.example.com for all names below it; no address, port or path.",
    remedies: ["write the domain alone"],
    unchanged: "Nothing was allowed.",
  });
}
