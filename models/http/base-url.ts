import { OrgError } from "#core/errors.ts";
import { isLoopback } from "#core/loopback.ts";

/** Where a server is, read from what a person gave. */
export interface ServerAddress {
  /** For people and locks, without anything secret: "http://127.0.0.1:11434". */
  readonly endpoint: string;
  /** What "/chat/completions" is added to: "http://127.0.0.1:11434/v1". */
  readonly api: string;
  /** The server is on this machine: no proxy stands between. */
  readonly isLocal: boolean;
  /** User and password of the address, for an `Authorization` header; fetch refuses them in a URL. */
  readonly credentials: string | undefined;
}

/**
 * Takes a base address with or without scheme, "/v1", or a slash at the end. A path that names a
 * version already stays as it is, as in ".../v1beta/openai" or ".../api/paas/v4".
 *
 * @throws {OrgError} `CONFIG_INVALID` when it is not an HTTP address.
 */
export function readBaseUrl(text: string): ServerAddress {
  const url = parse(text.trim());
  const path = url.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
  const hasVersion = /\/v\d/.test(path);
  return {
    endpoint: `${url.origin}${path.replace(/\/v1$/, "")}`,
    api: `${url.origin}${path}${hasVersion ? "" : "/v1"}`,
    isLocal: isLoopback(url.hostname),
    credentials:
      url.username === ""
        ? undefined
        : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`,
  };
}

function parse(text: string): URL {
  // "localhost:11434" would be read as the scheme "localhost:".
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (url !== null && ["http:", "https:"].includes(url.protocol)) return url;
  throw new OrgError(`"${text}" is not an address of a server`, {
    code: "CONFIG_INVALID",
    why: "it must look like http://HOST:PORT",
    remedies: ["export OLLAMA_BASE=http://127.0.0.1:11434"],
    unchanged: "Nothing was sent.",
  });
}
