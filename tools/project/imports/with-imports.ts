/** Files that a small model writes without the imports that they need, or with paths of imports that lead to no file. */
import { fieldsOf, parseJson } from "#core/json.ts";
import { readCopyFile } from "../copy-file.ts";
import { languageOf } from "../symbols.ts";
import { lineEndOf, withLineEnds } from "../text-lines.ts";
import { pythonImports } from "./python-imports.ts";
import { scriptImports } from "./script-imports.ts";
import { type Mended, sourceOf, type WrittenFile } from "./source.ts";

/**
 * Adds imports of what the repository defines or imports elsewhere, and mends paths where one file alone can be meant.
 *
 * @returns the text, and what a model reads of it: lines in brackets, each behind a line end.
 * @throws the reason of the signal once it aborts.
 */
export async function withImports(
  file: WrittenFile,
): Promise<{ readonly text: string; readonly notice: string }> {
  const { text, notices } = await mended(file);
  // Lines that are added end as the others do.
  const whole = notices.length === 0 ? text : withLineEnds(text, lineEndOf(file.before));
  return { text: whole, notice: notices.map((line) => `\n[${line.trim()}]`).join("") };
}

async function mended(file: WrittenFile): Promise<Mended> {
  const { path, after } = file;
  const language = languageOf(path);
  const isMended =
    language === "python" || (language === "script" && !/\.(?:cjs|cts|vue|svelte)$/.test(path));
  const source = isMended ? await sourceOf(file, language) : undefined;
  if (source === undefined) return { text: after, notices: [] };
  if (language === "python") return pythonImports(source);
  return scriptImports(source, await isModule(file));
}

/** Whether the nearest manifest says that its files are modules. */
async function isModule({ copy, path }: WrittenFile): Promise<boolean> {
  const folders = path.split("/").slice(0, -1);
  for (let depth = folders.length; depth >= 0; depth -= 1) {
    const manifest = [...folders.slice(0, depth), "package.json"].join("/");
    const file = await readCopyFile(copy, manifest);
    if (file.kind === "text") return fieldsOf(parseJson(file.text))["type"] === "module";
  }
  return false;
}
