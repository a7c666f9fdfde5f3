/** Lets in callers that prove their identity, and holds each route to what they may do. */
import type { Context, MiddlewareHandler } from "hono";
import { includesScope, type Scope } from "#core/access.ts";
import { SIGNATURE_SCHEME } from "#core/request-signature.ts";
import { problem } from "../problem.ts";
import type { RequestEnv } from "../request-env.ts";
import type { Denied } from "./authenticator.ts";

/** Completes who asks, once the body is there. A wrong proof is refused everywhere, none at all only by {@link needs}. */
export function identify(): MiddlewareHandler<RequestEnv> {
  return async (context, next) => {
    const claim = context.env?.claim;
    const identity =
      claim !== undefined && "finish" in claim
        ? await claim.finish(new Uint8Array(await context.req.arrayBuffer()))
        : claim;
    if (identity !== undefined && "status" in identity) return denied(context, identity);
    context.set("caller", identity);
    return await next();
  };
}

/** Refuses who may not do what a route does. */
export function needs(scope: Scope): MiddlewareHandler<RequestEnv> {
  return async (context, next) => {
    const caller = context.get("caller");
    if (caller === undefined) {
      return denied(context, UNKNOWN);
    }
    if (!includesScope(caller.scope, scope)) {
      const message = `this needs the scope ${scope}, and yours is ${caller.scope}`;
      return context.json(problem("FORBIDDEN", message), 403);
    }
    return await next();
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#name-www-authenticate */
export const CHALLENGE: string = `Bearer realm="org", ${SIGNATURE_SCHEME} realm="org"`;

/** For a caller that sends no proof of identity. */
export const UNKNOWN: { readonly status: 401; readonly code: string; readonly message: string } = {
  status: 401,
  code: "UNAUTHORIZED",
  message: "say who you are, with a token of org token create",
};

export const DENIED_CODES: Readonly<Record<Denied["status"], string>> = {
  401: "UNAUTHORIZED",
  429: "TOO_MANY",
  503: "BUSY",
};

function denied(context: Context<RequestEnv>, { status, message, retryAfter }: Denied): Response {
  if (retryAfter !== undefined) context.header("retry-after", String(retryAfter));
  if (status === 401) context.header("www-authenticate", CHALLENGE);
  return context.json(problem(DENIED_CODES[status], message), status);
}
