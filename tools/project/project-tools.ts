import type { Tool } from "../tool.ts";
import { editFileTool } from "./edit-file.ts";
import { findTool } from "./find.ts";
import { readFileTool } from "./read-file.ts";
import { writeFileTool } from "./write-file.ts";

/**
 * The tools that read and change a copy of the user's project: `read_file`, `edit_file`, `write_file` and `find`.
 *
 * @param files.copy absolute path of the copy; what lies in it may be hostile, and no link in it is followed.
 */
export function projectTools({ copy }: { readonly copy: string }): readonly Tool[] {
  return [readFileTool(copy), editFileTool(copy), writeFileTool(copy), findTool(copy)];
}
