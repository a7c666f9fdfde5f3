/**
 * Texts that end at their first quotation mark. A small model that writes JSON forgets that a quotation mark of the code
 * ends the text: of `test("adds", …)` what comes is `test(`. Taken to the letter, that is the whole new file.
 */
import { extname } from "node:path";

/** What a quotation mark stands behind, at the end of a line that was not ended. */
const IN_CODE = /(?:[([=+][ \t]?|[,:?][ \t]|\b(?:return|import|from|case)[ \t])$/;
/** The same where `NAME=` and `name: ` are whole lines: a value may be empty. */
const IN_SETTINGS = /[([][ \t]?$/;

/** In prose any of these ends a line. */
const PROSE: ReadonlySet<string> = new Set(
  ["", ".md", ".markdown", ".mdx", ".txt", ".text", ".rst", ".adoc", ".org", ".tex"].concat(
    [".csv", ".tsv", ".log", ".html", ".htm", ".xml", ".svg", ".srt", ".vtt", ".po"],
    [".patch", ".diff", ".snap", ".eml"],
  ),
);
const SETTINGS: ReadonlySet<string> = new Set(
  [".env", ".ini", ".cfg", ".conf", ".properties", ".yaml", ".yml", ".desktop", ".service"].concat([
    ".sh",
    ".bash",
    ".zsh",
    ".fish",
    ".mk",
    ".bat",
    ".cmd",
  ]),
);

/**
 * @param path of the file that it is for: what ends a text in the middle depends on its language.
 * @returns the end of what there is, at most 30 characters; undefined where nothing says that it was cut.
 */
export function cutAtQuote(text: string, path: string): string | undefined {
  const kind = extname(path).toLowerCase();
  // `.env` is a name of its own, and `.env.local` another one of it.
  const isSettings = SETTINGS.has(kind) || /(?:^|\/)\.env(?:\.[^/]*)?$/.test(path);
  if (!isSettings && PROSE.has(kind)) return undefined;
  const cut = isSettings ? IN_SETTINGS : IN_CODE;
  if (text.includes('"') || !cut.test(text.slice(-20))) return undefined;
  return text.slice(text.lastIndexOf("\n") + 1).slice(-30);
}

/** One sentence that tells a model what to do. @param name of the argument. */
export function cutSentence(name: string, end: string): string {
  return `${name} ends in the middle, behind ${end.trim()} – a quotation mark in a JSON text is written \\", or as ' where the language has it. Nothing changed.`;
}
