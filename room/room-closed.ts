import { OrgError } from "#core/errors.ts";

/** The failure of a line that was still waiting for its turn when the room was closed. */
export function roomClosed(): OrgError {
  return new OrgError("The room was closed before this line was answered", {
    code: "OWNER_LOST",
    why: "the org that owns this home was told to stop while it answered an earlier one",
    remedies: ["org ask --resume MESSAGE", "org --resume   # then /retry"],
    left: "The line is in the journal.",
  });
}
