/** How the owner of a home and those who ask it write to each other: server-sent events, a failure as the last one. */
import { z } from "zod";
import { ERROR_EXIT, type ErrorCode } from "#core/error-codes.ts";
import { OrgError, reasonOf } from "#core/errors.ts";
import { type SseEvent, SseReader } from "#core/sse.ts";

/** Where the calls of other processes lie on the socket; everything else there is the application of the home. */
export const CALLS = "/home/";

/** Longest item of an answer in characters: twice the largest question, for what is escaped. */
const MAX_ITEM_LENGTH = 64 * 1024 * 1024;

const failureSchema = z.object({
  /** Missing for a bug of the owner's. */
  code: z.string().exactOptional(),
  message: z.string(),
  why: z.string().exactOptional(),
  remedies: z.array(z.string()).default([]),
  unchanged: z.string().exactOptional(),
  stack: z.string().exactOptional(),
});

/** The data of the event `error`, which carries a failure over to the one that asked. */
export function failureData(error: unknown): object {
  const stack = error instanceof Error ? error.stack : undefined;
  if (!(error instanceof OrgError)) return { message: reasonOf(error), stack };
  const { code, message, why, remedies, unchanged } = error;
  return { code, message, why, remedies, unchanged, stack };
}

/**
 * The items of an answer, in order. Half an event at the end, which an owner that was killed leaves, is dropped.
 *
 * @throws {OrgError} the failure that the owner met; `STREAM_ERROR` for an item that is too long.
 */
export async function* readAnswer(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<unknown, void> {
  const reader = new SseReader({ maxEventLength: MAX_ITEM_LENGTH });
  for await (const bytes of stream) {
    for (const event of reader.push(bytes)) yield itemOf(event);
    if (reader.failure !== undefined) throw reader.failure;
  }
}

function itemOf({ event, data }: SseEvent): unknown {
  const item: unknown = JSON.parse(data);
  if (event !== "error") return item;
  const { code, message, stack, ...rest } = failureSchema.parse(item);
  // With -v a person sees where in the other process it happened.
  const cause = Object.assign(new Error(message), { stack: `in the owner's process: ${stack}` });
  if (code === undefined || !isErrorCode(code)) throw new Error(message, { cause });
  throw new OrgError(message, { ...rest, code, cause });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_EXIT, code);
}
