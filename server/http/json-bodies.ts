import type { MiddlewareHandler } from "hono";
import type { DoorEnv } from "./door-env.ts";
import { jsonProblem } from "./json-check.ts";
import { problem } from "./problem.ts";

/** Refuses bodies that are no JSON, or JSON that could be read in two ways; see {@link jsonProblem}. */
export function jsonBodies(): MiddlewareHandler<DoorEnv> {
  return async (context, next) => {
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
