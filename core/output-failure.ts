import { OrgError, reasonOf } from "./errors.ts";

/** What the system names a write whose reader has closed its end, as `head -1` does when it has its line. */
const READER_LEFT: ReadonlySet<unknown> = new Set(["EPIPE", "ECONNRESET"]);

/**
 * @param error what a write to standard output failed with.
 * @returns undefined where the reader has left: it has what it wanted, and that is no failure.
 */
export function outputFailure(error: unknown): OrgError | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (READER_LEFT.has(code)) return undefined;
  return new OrgError("The output could not be written", {
    code: "FILE_FAILED",
    why: reasonOf(error),
    remedies: ["look at where standard output goes: `df -h` shows which disk is full"],
    unchanged: "The output is incomplete. What the command has changed stays changed.",
    cause: error,
  });
}
