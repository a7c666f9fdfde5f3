/** What a page may ask the network for. Pure; that nothing else gets out is the sandbox's to see to. */
import { plainHost } from "#platform/net/target.ts";

/** A request of a page. */
export interface PageRequest {
  readonly url: string;
  readonly method: string;
  /** It would be shown: a page, or what stands in a frame. */
  readonly isDocument: boolean;
}

export interface RequestRules {
  /** Whether a host may be asked at all. @param host in lower case, without a dot at its end */
  readonly admits: (host: string) => boolean;
  /** Whether the running action was approved to send something. */
  readonly submits: boolean;
  /** Whether the user's policy lets requests that send something go to an address without asking. */
  readonly maySend: (url: string) => boolean;
}

/** Why a request does not leave, and which host it is about. */
export interface RequestRefusal {
  readonly kind: "host" | "scheme" | "sends";
  /** Host, or the scheme where there is none. */
  readonly what: string;
}

const READS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
/** They hold what they show, or refer to what the page has already. */
const LOCAL: ReadonlySet<string> = new Set(["data:", "blob:", "about:"]);

/** @returns undefined where the request may go. */
export function refusalOf(request: PageRequest, rules: RequestRules): RequestRefusal | undefined {
  const url = URL.parse(request.url);
  if (url === null) return { kind: "scheme", what: "an address that is not one" };
  if (LOCAL.has(url.protocol)) return undefined;
  const host = plainHost(url.hostname);
  if (url.protocol !== "https:" || host === undefined) {
    return { kind: "scheme", what: `${url.protocol}//${url.hostname}` };
  }
  if (!rules.admits(host)) return { kind: "host", what: host };
  if (READS.has(request.method) || rules.submits) return undefined;
  // A form is sent by a document; what a page sends in the background is judged like a request of the model's own.
  if (!request.isDocument && rules.maySend(request.url)) return undefined;
  return { kind: "sends", what: host };
}
