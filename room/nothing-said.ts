import { OrgError } from "#core/errors.ts";

/** The failure of asking again in a room without a question yet. */
export function nothingSaid(): OrgError {
  return new OrgError("There is no message to send again", {
    code: "USAGE",
    why: "no message was sent in this room yet",
    remedies: ["write a message"],
  });
}
