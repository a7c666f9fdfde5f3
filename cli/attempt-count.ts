import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";

/** Most attempts at once. */
const MOST = 8;

/**
 * How many attempts are to be made at one task.
 *
 * @throws {OrgError} `USAGE` for what is not a number from 2 to 8.
 */
export function attemptCount(text: string, remedies: readonly string[]): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 2 && count <= MOST) return count;
  throw new OrgError(`${echoed(text)} is not a number of attempts`, {
    code: "USAGE",
    why: `from 2 to ${MOST} attempts can stand beside each other`,
    remedies,
    unchanged: "Nothing was begun.",
  });
}
