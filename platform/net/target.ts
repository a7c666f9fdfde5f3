import { parseAddress } from "./address.ts";
import { NetworkRefused } from "./refusal.ts";

/** Ports that pages and interfaces are served on. */
export const WEB_PORTS: readonly number[] = [80, 443];

const MAX_URL_CHARACTERS = 8192;
const MAX_HOST_CHARACTERS = 253;

/** Where a request goes, taken apart and found harmless as far as its text tells. */
export interface Target {
  readonly url: URL;
  /** Lower-case ASCII name without the dot at its end, or a plain address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

/**
 * Takes an address apart by the rules of the browsers, which know every spelling of `127.0.0.1`.
 *
 * @throws {NetworkRefused} at the walls `url`, `scheme`, `userinfo`, `host` and `port`.
 * @see https://url.spec.whatwg.org
 */
export function parseTarget(
  text: string,
  ports: readonly number[] = WEB_PORTS,
  base?: URL,
): Target {
  const url = text.length > MAX_URL_CHARACTERS ? null : URL.parse(text, base?.href);
  if (url === null) throw new NetworkRefused("url", text, "It is not a valid URL.");
  const isSecure = url.protocol === "https:";
  if (!isSecure && url.protocol !== "http:") {
    throw new NetworkRefused("scheme", text, `"${url.protocol}" is neither https: nor http:.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new NetworkRefused("userinfo", url.host, "A name or a password stands before the host.");
  }
  const host = plainHost(url.hostname);
  if (host === undefined) {
    throw new NetworkRefused("host", url.hostname, "It is not a name that a domain can have.");
  }
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  if (!ports.includes(port)) {
    const why = `Port ${port} is not among ${ports.join(", ")}.`;
    throw new NetworkRefused("port", url.host, why);
  }
  return { url, host, port, isSecure };
}

/** @returns undefined for what is neither an address nor a name in the domain name system. */
export function plainHost(hostname: string): string | undefined {
  if (hostname.startsWith("[")) {
    const address = hostname.slice(1, -1);
    return parseAddress(address) === undefined ? undefined : address;
  }
  // "example.com." is the same host, but not the same name to a certificate or to a list.
  const host = hostname.replace(/\.$/, "").toLowerCase();
  const isName = host.length <= MAX_HOST_CHARACTERS && host.split(".").every(isLabel);
  return isName ? host : undefined;
}

function isLabel(label: string): boolean {
  return /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label);
}
