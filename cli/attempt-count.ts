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
    why: `it is a number from 2 to ${MOST}`,
    remedies,
    unchanged: "Nothing was started.",
  });
}
