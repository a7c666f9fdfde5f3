import { OrgError } from "#core/errors.ts";

/** The failure of asking again in a room where nobody has asked yet. */
export function nothingSaid(): OrgError {
  return new OrgError("There is nothing to ask again", {
    code: "USAGE",
    why: "nobody has said anything in this room yet",
    remedies: ["write a message"],
  });
}
