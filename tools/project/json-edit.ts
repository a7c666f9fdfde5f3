/** Edits of JSON files, which have a meaning only as a whole: whether they leave one. */

import { parseJson } from "#core/json.ts";

/** A passage of a file, and what is to stand there. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Small models search for the line that opens an object and write all of it. To the letter its old members stay behind it,
 * and the file is not a JSON; where it is without them, they go.
 *
 * @param path of the file; only `.json` is looked at.
 * @returns the edit as it came where that leaves JSON, where there was none before, and where neither reading does.
 */
export function wholeMember(file: string, edit: Replacement, path: string): Replacement {
  if (!isJsonFile(path) || !isJson(file) || isJson(after(file, edit))) return edit;
  const head = file.slice(edit.start, edit.end).trimEnd();
  const isWhole = edit.text.trimStart().startsWith(head.trimStart());
  if (!(isWhole && /[{[]$/.test(head) && /[}\]],?\s*$/.test(edit.text))) return edit;
  const end = closedAt(file, edit.start + head.length - 1);
  if (end === undefined) return edit;
  const text = edit.text.trimEnd();
  const comma = /^\s*,/.exec(file.slice(end))?.[0].length ?? 0;
  // The comma may be in the replacement, in the file behind the object, or have to go.
  const whole = [text, text.replace(/,$/, "")].flatMap((one) => [
    { start: edit.start, end, text: one },
    { start: edit.start, end: end + comma, text: one },
  ]);
  return whole.find((one) => isJson(after(file, one))) ?? edit;
}

/** What a model reads behind an edit that broke a file which could be read before; empty for any other. */
export function brokenJson(path: string, before: string, now: string): string {
  if (!isJsonFile(path) || !isJson(before) || isJson(now)) return "";
  return `\n[${path} is not valid JSON now: mend it]`;
}

function isJsonFile(path: string): boolean {
  return /\.json$/i.test(path);
}

function isJson(text: string): boolean {
  return parseJson(text.replace(/^\uFEFF/, "")) !== undefined;
}

function after(file: string, { start, end, text }: Replacement): string {
  return file.slice(0, start) + text + file.slice(end);
}

/** @returns the offset behind the bracket that closes the one at `open`, in a text that is JSON. */
function closedAt(text: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    const mark = text[at] ?? "";
    if (mark === '"') at = stringEnd(text, at);
    else if ("{[".includes(mark)) depth += 1;
    else if ("}]".includes(mark)) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

function stringEnd(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
