import type { MiddlewareHandler } from "hono";
import { newId } from "#core/ids.ts";
import { inRequest } from "#platform/log/request-context.ts";
import type { RequestEnv } from "./request-env.ts";

/** Nothing that a log, a header or a label could mistake for something else. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The one that was sent, where it is well-formed; else a new one. */
export function requestIdOf(sent: string | null | undefined): string {
  return typeof sent === "string" && WELL_FORMED.test(sent) ? sent : newId("req");
}

/** Gives each request an id, and says it in the answer. */
export function requestIds(): MiddlewareHandler<RequestEnv> {
  return async (context, next) => {
    const id = requestIdOf(context.req.header("x-request-id"));
    context.set("requestId", id);
    await inRequest(id, next);
    context.res.headers.set("x-request-id", id);
  };
}
