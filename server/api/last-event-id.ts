import type { Context } from "hono";
import { z } from "zod";
import { problem } from "../http/problem.ts";

/** Of every stream that goes on behind an event. */
export const fromSchema: z.ZodType<string | undefined> = z
  .string()
  .max(20)
  .optional()
  .describe("number of the last event that was seen, where no header can be set");

/**
 * The number of the last event that a reader has seen, or the answer to one that names none; `from` in the query is
 * for readers that cannot set headers.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header
 */
export function lastEventId(context: Context): number | Response {
  const text = context.req.header("last-event-id") ?? context.req.query("from") ?? "0";
  const last = Number(text);
  if (/^\d{1,15}$/.test(text)) return last;
  return context.json(problem("INPUT_INVALID", "Last-Event-ID is the number of an event"), 400);
}
