/** A file of the workspace on its way into a page, once the user has approved it. */
import { strictUtf8 } from "#core/text/strict-utf8.ts";
import type { CleanText } from "../tool.ts";
import { ActionRefused, type Upload } from "./element-actions.ts";

/** Most of a file that a page is given, in bytes. */
const MOST_UPLOAD = 5_000_000;

/**
 * Reads a file of the workspace, its beginning where it is larger than `most`.
 *
 * @returns undefined where there is none. @throws {OrgError} for a path that leads elsewhere.
 */
export type ReadUpload = (
  path: string,
  most: number,
) => Promise<{ readonly bytes: number; readonly data: Uint8Array } | undefined>;

/** @throws {ActionRefused} for one that is not there, too large, or not to leave the machine. */
export async function uploadOf(
  path: string,
  read: ReadUpload,
  clean: CleanText = (text) => text,
): Promise<Upload> {
  const file = await read(path, MOST_UPLOAD + 1);
  const quoted = `"${path.slice(0, 200)}"`;
  if (file === undefined) throw new ActionRefused(`There is no file ${quoted} in the workspace.`);
  if (file.bytes > MOST_UPLOAD)
    throw new ActionRefused(`${quoted} is too large: pages are given 5 MB at most.`);
  const text = strictUtf8(file.data);
  if (text !== undefined && (await clean(text)) !== text) {
    throw new ActionRefused(`${quoted} holds a secret, or invisible characters.`);
  }
  return { name: path.split("/").at(-1) ?? "file", data: file.data };
}
