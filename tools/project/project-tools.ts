import type { Workspace } from "#platform/workspace.ts";
import type { Tool } from "../tool.ts";
import { editFileTool } from "./edit-file.ts";
import { findTool } from "./find.ts";
import { readFileTool } from "./read-file.ts";
import { writeFileTool } from "./write-file.ts";

/**
 * The tools that read and change a copy of the user's project: `read_file`, `edit_file`, `write_file` and `find`.
 *
 * @param copy its root is the absolute path of the copy; what lies in it may be hostile, and no link in it is followed.
 */
export function projectTools(copy: Workspace): readonly Tool[] {
  const { root } = copy;
  return [readFileTool(root), editFileTool(copy), writeFileTool(copy), findTool(root)];
}
