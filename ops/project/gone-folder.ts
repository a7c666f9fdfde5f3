/** The user may move or delete the folder of a repository while a room on it is open. */
import { existsSync } from "node:fs";
import { OrgError } from "#core/errors.ts";

/** @throws {OrgError} `INPUT_INVALID` where it is not there any more. */
export function refuseGone(root: string): void {
  if (existsSync(root)) return;
  throw new OrgError(`The folder of the repository is gone: "${root}"`, {
    code: "INPUT_INVALID",
    why: "It was moved or deleted while the room was open.",
    remedies: ["move it back, or start org in its new folder, which is another project"],
    unchanged: "Nothing was changed; the room has its files.",
  });
}
