/** What every request to a port of ours has to be, before anything of it is read. */
import type { HonoRequest, MiddlewareHandler } from "hono";

export interface DoorOptions {
  /** Names that requests may be addressed to, without port. @default those of this machine's loopback */
  readonly hosts?: readonly string[] | undefined;
  /** Most bytes of a body. @default 1 MiB */
  readonly maxBytes?: number | undefined;
}

const LOOPBACK: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];
const MAX_BYTES = 1024 * 1024;

/** An error as every route of ours answers it. */
interface Problem {
  readonly error: { readonly code: string; readonly message: string };
}

export function problem(code: string, message: string): Problem {
  return { error: { code, message } };
}

/**
 * Refuses what a web page could send without being asked to: a name that is not ours (DNS rebinding, 421),
 * an origin at all (cross-site, 403), and a body that is not JSON (415) or too long (413).
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-421-misdirected-request
 */
export function door({
  hosts = LOOPBACK,
  maxBytes = MAX_BYTES,
}: DoorOptions = {}): MiddlewareHandler {
  return async (context, next) => {
    const refused = refusalOf(context.req, { hosts, maxBytes });
    if (refused !== undefined) return context.json(refused.problem, refused.status);
    await next();
    context.header("x-content-type-options", "nosniff");
    context.header("cache-control", "no-store");
    return undefined;
  };
}

interface Refusal {
  readonly status: 403 | 413 | 415 | 421;
  readonly problem: Problem;
}

function refusalOf(
  request: HonoRequest,
  { hosts, maxBytes }: { readonly hosts: readonly string[]; readonly maxBytes: number },
): Refusal | undefined {
  const host = request.header("host") ?? "";
  if (!hosts.includes(host.toLowerCase().replace(/:\d{1,5}$/, ""))) {
    return { status: 421, problem: problem("HOST", "this is not served here") };
  }
  const origin = request.header("origin");
  if (origin !== undefined && !isOwn(origin, host)) {
    return { status: 403, problem: problem("ORIGIN", "other pages may not ask") };
  }
  if (request.method === "GET" || request.method === "HEAD") return undefined;
  if (!isJson(request.header("content-type"))) {
    return { status: 415, problem: problem("MEDIA_TYPE", "send application/json") };
  }
  return Number(request.header("content-length") ?? 0) > maxBytes
    ? { status: 413, problem: problem("TOO_LARGE", `send at most ${maxBytes} bytes`) }
    : undefined;
}

function isOwn(origin: string, host: string): boolean {
  return origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

function isJson(type: string | undefined): boolean {
  return type !== undefined && /^application\/json\s*(?:;|$)/i.test(type);
}
