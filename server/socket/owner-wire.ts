/** How the owner of a home and its askers write to each other: JSON lines, and failures as the last one. */
import { z } from "zod";
import { ERROR_EXIT, type ErrorCode, OrgError, reasonOf } from "#core/errors.ts";
import { textLines } from "#core/lines.ts";

/** An answer must not have this type: it marks the line that ends an answer that failed. */
const FAILED = "failed";

const failedSchema = z.object({
  type: z.literal(FAILED),
  error: z.object({
    /** Missing for a bug of the owner's. */
    code: z.string().exactOptional(),
    message: z.string(),
    why: z.string().exactOptional(),
    remedies: z.array(z.string()).default([]),
    left: z.string().exactOptional(),
    stack: z.string().exactOptional(),
  }),
});

export function toLine(answer: unknown): string {
  return `${JSON.stringify(answer)}\n`;
}

/** The line that carries a failure over to the asker. */
export function toFailedLine(error: unknown): string {
  const stack = error instanceof Error ? error.stack : undefined;
  if (!(error instanceof OrgError)) {
    return toLine({ type: FAILED, error: { message: reasonOf(error), stack } });
  }
  const { code, message, why, remedies, left } = error;
  return toLine({ type: FAILED, error: { code, message, why, remedies, left, stack } });
}

/**
 * Reads one line.
 *
 * @throws {OrgError} the failure that the owner met, when the line carries one.
 */
export function fromLine(line: string): unknown {
  const answer: unknown = JSON.parse(line);
  const failed = failedSchema.safeParse(answer);
  if (!failed.success) return answer;
  const { code, message, stack, ...rest } = failed.data.error;
  // With -v a person sees where in the other process it happened.
  const cause = Object.assign(new Error(message), { stack: `in the owner's process: ${stack}` });
  if (code === undefined || !isErrorCode(code)) throw new Error(message, { cause });
  throw new OrgError(message, { ...rest, code, cause });
}

/** The lines of an answer; empty ones, which only show that the owner is there, are left out. */
export async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  // An owner that was killed leaves a part of a line.
  for await (const line of textLines(stream, "is-dropped")) if (line !== "") yield line;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_EXIT, code);
}
