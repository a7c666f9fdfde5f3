import type { ToolFolder } from "#tools/contract/tool-folder.ts";

/** Whether two folders hold the same files with the same texts. */
export function sameFiles(one: ToolFolder, other: ToolFolder): boolean {
  return (
    one.files.size === other.files.size &&
    [...one.files].every(([name, text]) => other.files.get(name) === text)
  );
}
