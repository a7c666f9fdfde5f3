/** What every request to a port of ours has to be, before anything of it is read. */
import type { WireRefusal } from "#platform/net/http-listener.ts";

/** Of names as the header `Host` has them. */
interface Names {
  /** Whether requests may be addressed to it. */
  readonly isOurs: (host: string) => boolean;
  /** Whether the human has listed it: a proxy may speak TLS for us under it. */
  readonly isListed: (host: string) => boolean;
}

/**
 * Refuses what a web page could send without being asked to: a name that is not ours (DNS rebinding, 421),
 * an origin at all (cross-site, 403), and a body that is not JSON (415). The forms of the dashboard are let through:
 * each carries what only a page of ours knows.
 *
 * @param header gives the value of a header by its name in small letters.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-421-misdirected-request
 */
export function headRefusal(
  { method, target }: { readonly method: string; readonly target: string },
  header: (name: string) => string | undefined,
  names: Names,
): WireRefusal | undefined {
  const host = header("host") ?? "";
  if (!names.isOurs(host)) {
    return { status: 421, code: "HOST", message: "this is not served here" };
  }
  const origin = header("origin");
  const own = host.toLowerCase();
  const isOwn = origin?.toLowerCase() === `http://${own}`;
  const isTls = origin?.toLowerCase() === `https://${own}` && names.isListed(host);
  // Also "null", which is what a page without an origin of its own sends.
  if (origin !== undefined && !isOwn && !isTls) {
    return { status: 403, code: "ORIGIN", message: "other pages may not ask" };
  }
  const hasBody = method === "POST" || header("transfer-encoding") !== undefined;
  if (!hasBody && Number(header("content-length") ?? 0) === 0) return undefined;
  return isJson(header("content-type")) || isOfDashboard(target)
    ? undefined
    : { status: 415, code: "MEDIA_TYPE", message: "send application/json" };
}

/** Whether a target, or a path, leads to the dashboard: it has sessions and forms of its own. */
export function isOfDashboard(target: string): boolean {
  return /^\/ui(?:[/?]|$)/.test(target);
}

function isJson(type: string | undefined): boolean {
  return type !== undefined && /^application\/json\s*(?:;[^,]*)?$/i.test(type);
}
