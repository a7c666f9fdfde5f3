/** The modules that a TypeScript tool consists of. */
import type { ToolFolder } from "./tool-folder.ts";

const TOOL = "tool.ts";

// No second dot: neither tests nor declarations of types are modules of a tool.
const MODULE = /^[a-z][a-z0-9_-]{0,60}\.ts$/;

/** Whether a file can be a module beside `tool.ts`, imported as `./<file>`. */
export function isHelperName(file: string): boolean {
  return file !== TOOL && MODULE.test(file);
}

/** What stands beside `tool.ts`: source by file name, in the order of names. */
export function helpersOf({ files }: ToolFolder): ReadonlyMap<string, string> {
  const helpers = [...files].filter(([file]) => isHelperName(file));
  return new Map(helpers.sort(([a], [b]) => (a < b ? -1 : 1)));
}
