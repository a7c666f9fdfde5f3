/** The files of a room's workspace: a list, and each as a download. */
import { OrgError } from "#core/errors.ts";
import type { Workspace } from "#room/workspace.ts";
import { html, type Piece } from "../html.ts";
import type { View, Visit } from "../page.ts";
import { section, table } from "../parts.ts";
import { roomPath } from "./room-parts.ts";

/** What is read of a workspace. */
export type ReadableFiles = Pick<Workspace, "list" | "read" | "kindOf">;

/** Most files of the list. */
const MOST_FILES = 1000;
/** Most bytes of a download. */
const MOST_BYTES = 64 * 1024 * 1024;

export async function filesView(files: ReadableFiles, visit: Visit): Promise<View> {
  const id = visit.param("id");
  const { paths, isWhole } = await files.list(MOST_FILES);
  const rows = table({
    caption: "Files of the workspace",
    empty: "There is no file yet.",
    rows: paths.map((path) => ({ path, name: visit.clean(path) })),
    columns: [
      {
        title: "Path",
        cell: ({ path, name }) =>
          html`<a href="${roomPath(id, `/file?path=${encodeURIComponent(path)}`)}" download>${name}</a>`,
      },
    ],
  });
  const more: Piece = !isWhole && html`<p>Only the first ${MOST_FILES} are listed.</p>`;
  return {
    title: `Files of ${id}`,
    beside: html`<p class="links"><a href="${roomPath(id)}">Back to the room</a></p>`,
    main: section("Workspace", html`${rows}${more}`),
  };
}

/**
 * A file as it is, to be saved: a browser neither shows nor runs it.
 *
 * @throws {OrgError} `INPUT_MISSING`, also for what lies outside of the workspace.
 */
export async function fileAnswer(files: ReadableFiles, visit: Visit): Promise<Response> {
  const path = visit.query("path") ?? "";
  const isFile = (await files.kindOf(path)) === "file";
  const file = isFile ? await files.read(path, MOST_BYTES) : undefined;
  if (file === undefined || file.bytes > file.data.length) throw notThere(file?.bytes);
  const name = path.split("/").at(-1) ?? "file";
  // A copy: the type of a body wants a buffer of its own.
  return new Response(new Uint8Array(file.data), {
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": disposition(name),
    },
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc6266#section-4.3 */
function disposition(name: string): string {
  const plain = name.replaceAll(/[^\w.-]/g, "_");
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (one) => {
    return `%${one.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function notThere(bytes: number | undefined): OrgError {
  return new OrgError("This file cannot be downloaded", {
    code: "INPUT_MISSING",
    why:
      bytes === undefined
        ? "it is not in the workspace"
        : `it has ${bytes} bytes; at most ${MOST_BYTES} are sent`,
    remedies: ["choose one of the list"],
    unchanged: "Nothing was changed.",
  });
}
