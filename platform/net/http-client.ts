/**
 * The one way to ask an address that a model named. A name is resolved once, every answer is judged, and the
 * connection goes to exactly the judged address; every redirect is a new question. Nothing is taken from
 * the environment: no proxy, no cookie, no password.
 */
import type { IncomingMessage } from "node:http";
import { OrgError } from "#core/errors.ts";
import { DEFAULT_LIMITS, type HttpLimits } from "./limits.ts";
import { type AddressRules, pinAddress } from "./pin.ts";
import { connectionReason, NetworkRefused, networkFailed } from "./refusal.ts";
import { RequestClock } from "./request-clock.ts";
import { parseTarget, type Target, WEB_PORTS } from "./target.ts";

export interface HttpRequest {
  readonly url: string;
  /** In upper case. @default "GET" */
  readonly method?: string | undefined;
  /** Names in lower case; those of the connection itself are ours. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | undefined;
}

export interface HttpRules extends AddressRules {
  readonly limits?: Partial<HttpLimits> | undefined;
  /** @default 80 and 443 */
  readonly ports?: readonly number[] | undefined;
  /** Which `content-type` may be read at all. @default every one */
  readonly accepts?: ((contentType: string | undefined) => boolean) | undefined;
  /**
   * Whether a redirect may be followed; a user who allowed one host has not allowed every host it leads to.
   *
   * @default every one to a public address
   */
  readonly allowsRedirect?: ((to: Target, from: Target) => boolean) | undefined;
  /** Certificates of authorities to trust, in PEM, instead of the system's. */
  readonly authorities?: string | undefined;
}

export interface HttpAnswer {
  /** Where the answer came from, after all redirects. */
  readonly url: string;
  readonly status: number;
  /** Names in lower case, without cookies. */
  readonly headers: ReadonlyMap<string, string>;
  /** Unpacked. */
  readonly body: Uint8Array;
}

/**
 * Sends a request and reads the whole answer. Redirects of GET are followed; any other method gets the
 * redirect itself as its answer, because the user who approved the request approved one address.
 *
 * @throws {NetworkRefused} at a wall.
 * @throws {OrgError} `NETWORK_FAILED` when there is no whole answer in time.
 * @throws the reason of `signal`.
 */
export async function sendRequest(
  request: HttpRequest,
  rules: HttpRules,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const limits = { ...DEFAULT_LIMITS, ...rules.limits };
  const ports = rules.ports ?? WEB_PORTS;
  let target = parseTarget(request.url, ports);
  using clock = new RequestClock(target.url.host, limits, signal);
  for (let redirects = 0; ; redirects += 1) {
    const visit: Visit = { request, rules, limits, clock, target };
    const answer = await answerOf(visit);
    const location = followable(request, answer);
    if (location === undefined) return await read(answer, visit);
    answer.destroy();
    if (redirects >= limits.redirects) {
      const why = `There are more than ${limits.redirects} redirects.`;
      throw new NetworkRefused("redirects", target.url.host, why);
    }
    target = redirected(visit, location);
  }
}

interface Visit {
  readonly request: HttpRequest;
  readonly rules: HttpRules;
  readonly limits: HttpLimits;
  readonly clock: RequestClock;
  readonly target: Target;
}

async function answerOf({
  request,
  rules,
  limits,
  clock,
  target,
}: Visit): Promise<IncomingMessage> {
  const address = await pinAddress(target.host, rules, clock.signal);
  // Loaded with the first request: node:http and node:zlib cost every start of org, and few ask the network.
  const [{ exchange }, { ACCEPTED_ENCODINGS }] = await Promise.all([
    import("./exchange.ts"),
    import("./body.ts"),
  ]);
  const exchangeRequest = {
    target,
    address,
    method: request.method ?? "GET",
    headers: {
      "user-agent": "org",
      accept: "*/*",
      ...request.headers,
      "accept-encoding": ACCEPTED_ENCODINGS,
    },
    body: request.body,
    headerBytes: limits.headerBytes,
    authorities: rules.authorities,
    signal: clock.signal,
  };
  const answer = await exchange(exchangeRequest).catch((error: unknown) =>
    fail(error, clock, target),
  );
  clock.progress();
  return answer;
}

async function read(answer: IncomingMessage, visit: Visit): Promise<HttpAnswer> {
  const { rules, limits, clock, target } = visit;
  try {
    const contentType = answer.headers["content-type"];
    if (rules.accepts?.(contentType) === false) {
      const why = `The answer is ${contentType === undefined ? "of no type" : `"${contentType.slice(0, 80)}"`}.`;
      throw new NetworkRefused("content-type", target.url.host, why);
    }
    const { readBody } = await import("./body.ts");
    const body = await readBody(answer, {
      what: target.url.host,
      limits,
      signal: clock.signal,
      onProgress: () => clock.progress(),
    });
    return {
      url: target.url.href,
      status: answer.statusCode ?? 0,
      headers: headersOf(answer),
      body,
    };
  } catch (error) {
    return fail(error, clock, target);
  } finally {
    answer.destroy();
  }
}

/** Tells a wall, an abort and a time limit from everything else that can go wrong with a connection. */
function fail(error: unknown, clock: RequestClock, target: Target): never {
  clock.signal.throwIfAborted();
  if (error instanceof OrgError) throw error;
  throw networkFailed(target.url.host, `The connection failed: ${connectionReason(error)}.`, error);
}

function followable(request: HttpRequest, answer: IncomingMessage): string | undefined {
  const follows = (request.method ?? "GET") === "GET";
  const isRedirect = [301, 302, 303, 307, 308].includes(answer.statusCode ?? 0);
  return follows && isRedirect ? answer.headers.location : undefined;
}

function redirected({ target: from, rules }: Visit, location: string): Target {
  const next = parseTarget(location, rules.ports, from.url);
  if (from.isSecure && !next.isSecure) {
    const why = `"${from.url.host}" leads from https to http.`;
    throw new NetworkRefused("downgrade", next.url.host, why);
  }
  if (rules.allowsRedirect?.(next, from) === false) {
    const why = `"${from.url.host}" leads to ${next.url.href.slice(0, 500)}, which was not allowed with it.`;
    throw new NetworkRefused("redirect-host", next.url.host, why);
  }
  return next;
}

function headersOf(answer: IncomingMessage): ReadonlyMap<string, string> {
  const headers = Object.entries(answer.headers).filter(([name]) => name !== "set-cookie");
  return new Map(headers.map(([name, value]) => [name, String(value)]));
}
