/** What code comes to for some values: a small model works it out in its head, and wrong. A program can import the code. */
import { asksForOutcome } from "./exact-line.ts";
import { FILES } from "./pending-changes.ts";

/** A file that is not a program of Python: what it holds is read, and not computed by the code. */
const OTHER_FILE = /(?<![\w.])[\w-]+\.(?!py\b)[a-z][a-z\d]{0,5}(?![\w(])/i;
const DEFINES = /^def (?<name>[a-z]\w+)\(/gm;

/**
 * @param line the message of the user.
 * @param opened the files behind it in the prompt.
 * @returns how a program of Python gets the function that the line names; nothing where it asks for no outcome of one.
 */
export function codeImport(line: string, opened = ""): string | undefined {
  if (!asksForOutcome(line) || OTHER_FILE.test(line)) return undefined;
  for (const { groups } of opened.matchAll(FILES)) {
    const { path = "", text = "" } = groups ?? {};
    if (!/^[\w/]+\.py$/.test(path) || /(?:^|[/_])tests?[/_]/.test(path)) continue;
    for (const { groups: found } of text.matchAll(DEFINES)) {
      const { name = "" } = found ?? {};
      if (!new RegExp(String.raw`(?<![\w.])${name}(?![\w])`).test(line)) continue;
      return `from ${path.slice(0, -3).replaceAll("/", ".")} import ${name}`;
    }
  }
  return undefined;
}
