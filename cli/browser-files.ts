/** `org browser files`: the files that pages offered, and their release from quarantine. */
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import type { Quarantine, StoredDownload } from "#home/quarantine.ts";
import type { Workspace } from "#platform/workspace.ts";
import type { Output } from "#ui/output.ts";

export interface BrowserFilesOptions {
  readonly output: Output;
  readonly json: boolean;
  readonly quarantine: Quarantine;
  readonly workspace: () => Promise<Workspace>;
}

export type FileAction = "files" | "release" | "drop";

/** Of the workspace; a file that is let out lies there under its id and its name. */
const FOLDER = "downloads";

/**
 * `org browser files|release ID|drop ID`.
 *
 * @returns the exit code.
 * @throws {OrgError} `USAGE`, `INPUT_MISSING`, `FILE_FAILED`, `PATH_REFUSED`
 */
export async function runBrowserFiles(
  action: FileAction,
  id: string | undefined,
  { output, json, quarantine, workspace }: BrowserFilesOptions,
): Promise<number> {
  if (action === "files") {
    const all = await quarantine.list();
    if (json) output.write(`${JSON.stringify(all)}\n`);
    else output.write(all.length === 0 ? "No file is in quarantine.\n" : all.map(rowsOf).join(""));
    return EXIT.done;
  }
  if (id === undefined) throw noId(action);
  if (action === "drop") {
    await quarantine.drop(id);
    output.write(`${id} is deleted.\n`);
    return EXIT.done;
  }
  const { about, data } = await quarantine.read(id);
  const to = await workspace();
  const { path } = await to.writeBytes(`${FOLDER}/${id}-${about.name}`, data, data.length);
  await quarantine.drop(id);
  output.write(
    `${about.name} is at ${path} of the workspace; personas and their tools can read it.\n`,
  );
  return EXIT.done;
}

function rowsOf({ id, name, bytes, sha256, url, page, at }: StoredDownload): string {
  const from = url === page ? url : `${url}, by ${page}`;
  const size = `${bytes.toLocaleString("en")} bytes`;
  return `${id}  ${name}  ${size}  ${at}\n  from ${from}\n  sha256 ${sha256}\n`;
}

function noId(action: FileAction): OrgError {
  return new OrgError(`org browser ${action}: no file was named`, {
    code: "USAGE",
    remedies: ["org browser files", `org browser ${action} ID`],
    unchanged: "Nothing was changed.",
  });
}
