import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Files below a folder in which a text stands, in whatever capitals; their paths from the folder. */
export function filesBelow(folder: string, text: string): readonly string[] {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  return all
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .filter((path) => readFileSync(path, "latin1").toLowerCase().includes(text.toLowerCase()))
    .map((path) => path.slice(folder.length + 1));
}
