/** Who counts and writes down the requests to a port of ours. */
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { RequestEnv } from "./request-env.ts";

export interface RequestReport {
  readonly method: string;
  /** The pattern that the path fits, such as "/v1/tools/:name/try"; "other" where none does. */
  readonly route: string;
  readonly status: number;
  /** Until the answer begins, in milliseconds: a stream may go on for as long as a model talks. */
  readonly ms: number;
  /** Absent where a request has none. */
  readonly requestId?: string | undefined;
}

/** Tells of every request once its answer has begun, refused ones included; never of a path as it was sent. */
export function observeRequests(
  see: (report: RequestReport) => void,
): MiddlewareHandler<RequestEnv> {
  return async (context, next) => {
    const start = performance.now();
    await next();
    const last = routePath(context, -1);
    const route = last.includes("*") ? "other" : last;
    const { method } = context.req;
    const { status } = context.res;
    const ms = Math.round(performance.now() - start);
    see({ method, route, status, ms, requestId: context.get("requestId") });
  };
}
