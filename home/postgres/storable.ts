import { OrgError } from "#core/errors.ts";

/**
 * Names of rooms, jobs and the like, which PostgreSQL has to compare: its text holds every character but U+0000 and half
 * a surrogate pair. Refused here, before one spoils the batch that it would travel with. What has to be kept whatever it
 * is, is kept as JSON.
 *
 * @param noun "room", as it stands in the error.
 * @throws {OrgError} `INPUT_INVALID`
 */
export function requireStorable(noun: string, name: string): void {
  if (isStorable(name)) return;
  throw new OrgError(`The name of the ${noun} cannot be stored in PostgreSQL`, {
    code: "INPUT_INVALID",
    why: `${JSON.stringify(name.slice(0, 80))} holds U+0000 or half a surrogate pair`,
    remedies: ["use another name"],
    unchanged: "Nothing was written.",
  });
}

/** Whether there can be something of this name. */
export function isStorable(name: string): boolean {
  return !name.includes("\0") && name.isWellFormed();
}
