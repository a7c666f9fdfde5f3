/** A port with the gateway in front of an app: what the app sees was judged, and who asks is known. */
import { networkInterfaces } from "node:os";
import type { Hono, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import {
  type HttpListener,
  type ListenerLimits,
  listenHttp,
  type WireRequest,
} from "#platform/net/http-listener.ts";
import type { Authenticator } from "./auth/authenticator.ts";
import { CHALLENGE, DENIED_CODES, identify, UNKNOWN } from "./auth/guard.ts";
import { headRefusal, isOfDashboard } from "./gateway.ts";
import { jsonProblem } from "./json-check.ts";
import { problem } from "./problem.ts";
import type { RequestEnv, RequestHead } from "./request-env.ts";
import { requestIds } from "./request-id.ts";
import { METHODS, wireRefusal } from "./wire-checks.ts";

export interface PortOptions {
  /** @default "127.0.0.1" */
  readonly hostname?: string | undefined;
  /** 0: any that is free. */
  readonly port: number;
  /** Values of `Host` beside the names of loopback, with their ports where they have one. @default none */
  readonly hosts?: readonly string[] | undefined;
  readonly limits?: ListenerLimits | undefined;
  /** Told of what went wrong here and is not told to the caller. @default it is dropped */
  readonly report?: ((error: unknown) => void) | undefined;
  /** @default every caller of the port may do everything */
  readonly authenticator?: Authenticator | undefined;
}

/** @throws what the system says when the port is taken. */
export async function openPort(app: Hono<RequestEnv>, options: PortOptions): Promise<HttpListener> {
  const { hostname = "127.0.0.1", authenticator, limits, report = () => undefined } = options;
  const listed = new Set(options.hosts?.map((host) => host.toLowerCase()));
  const hosts = new Set(listed);
  const names = {
    isOurs: (host: string) => hosts.has(host.toLowerCase()),
    isListed: (host: string) => listed.has(host.toLowerCase()),
  };
  const judge = (wire: WireRequest): RequestHead => {
    const header = (name: string) => wire.headers.find(([one]) => one === name)?.[1];
    const refusal = wireRefusal(wire) ?? headRefusal(wire, header, names);
    if (refusal !== undefined) return { wire, refusal };
    if (authenticator === undefined) return { wire, claim: { name: "local", scope: "admin" } };
    const claim = authenticator.callerOf({ ...wire, authorization: header("authorization") });
    // Without a caller no body is read: whatever takes one needs a caller, or the session of a browser.
    const mayAsk = wire.method === "GET" || isOfDashboard(wire.target);
    if (claim === undefined && !mayAsk) return { wire, refusal: UNKNOWN };
    if (claim !== undefined && "status" in claim) {
      return { wire, refusal: { ...claim, code: DENIED_CODES[claim.status] } };
    }
    return { wire, claim };
  };
  // biome-ignore lint/nursery/useDisposables: the opener of the port disposes of it
  const listener = await listenHttp<RequestHead>({
    ...{ hostname, port: options.port, limits, judge, report },
    answer: (request, about) => app.fetch(request, about),
  });
  for (const host of ownHosts(hostname, listener.port)) hosts.add(host);
  return listener;
}

/** The first steps of an app that stands behind {@link openPort}. */
export function behindGateway(app: Hono<RequestEnv>): void {
  app.use(requestIds());
  app.use(
    createMiddleware<RequestEnv>(async (context, next) => {
      await next();
      // On what is there by now: a stream brings a response of its own.
      context.res.headers.set("x-content-type-options", "nosniff");
      if (!context.res.headers.has("cache-control")) {
        context.res.headers.set("cache-control", "no-store");
      }
    }),
  );
  app.use(
    createMiddleware<RequestEnv>(async (context, next) => {
      const refusal = context.env?.refusal;
      if (refusal === undefined) return await next();
      const { status, code, message, retryAfter } = refusal;
      if (retryAfter !== undefined) context.header("retry-after", String(retryAfter));
      if (status === 401) context.header("www-authenticate", CHALLENGE);
      if (status === 405) context.header("allow", METHODS.join(", "));
      return context.json(problem(code, message), status);
    }),
  );
  app.use(identify());
  app.use(jsonBodies());
}

/**
 * By which names this machine is asked. A name that is not an address could be made to lead here by anybody: such names
 * are the human's to list.
 */
function ownHosts(hostname: string, port: number): readonly string[] {
  const isEverywhere = hostname === "0.0.0.0" || hostname === "::";
  const interfaces = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const own = isEverywhere ? interfaces.map(({ address }) => address) : [hostname];
  const names = ["127.0.0.1", "localhost", "[::1]", ...own.map(bracketed)];
  // Without a port only where HTTP has it by itself.
  return names.flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]);
}

function bracketed(address: string): string {
  const [plain = ""] = address.toLowerCase().split("%");
  return plain.includes(":") ? `[${plain}]` : plain;
}

/** Refuses bodies that are not JSON, or JSON that could be read in two ways; see {@link jsonProblem}. */
function jsonBodies(): MiddlewareHandler<RequestEnv> {
  return async (context, next) => {
    if (isOfDashboard(context.req.path)) return await next();
    const bytes = await context.req.arrayBuffer();
    if (bytes.byteLength === 0) return await next();
    const wrong = problemOf(bytes);
    if (wrong === undefined) return await next();
    return context.json(problem("INPUT_INVALID", wrong), 400);
  };
}

function problemOf(bytes: ArrayBuffer): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const wrong = jsonProblem(text);
    if (wrong === undefined) JSON.parse(text);
    return wrong;
  } catch {
    return "the body is not JSON in UTF-8";
  }
}
