import { OrgError, reasonOf } from "#core/errors.ts";

/** Not everything happened as the words say: what was recorded would be about something else from there on. */
export function demoFailed(cause: unknown): OrgError {
  const orgError = cause instanceof OrgError ? cause : undefined;
  const details = orgError?.why === undefined ? "" : `: ${orgError.why}`;
  return new OrgError("The demo did not go as it was recorded", {
    code: "DEMO_FAILED",
    why: `${typeof cause === "string" ? cause : reasonOf(cause)}${details}`,
    remedies: orgError?.remedies ?? ["org doctor"],
    unchanged: "Your own home was not touched.",
    cause,
  });
}
