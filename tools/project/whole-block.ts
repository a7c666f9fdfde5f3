/** Edits whose search is the head of a block, and whose replacement is all of it: the old body would stay behind. */

interface Replacement {
  /** Offsets of the passage in the file. */
  readonly start: number;
  readonly end: number;
  /** What is to stand there. */
  readonly text: string;
}

/**
 * Small models search for the first line of a function and write the whole function. Taken to the letter, that leaves the
 * old body behind the new one, which no language takes; so the old body goes, too.
 *
 * @returns the edit as it is meant; as it came where it can be meant to the letter.
 */
export function wholeBlock(file: string, edit: Replacement): Replacement {
  const head = file.slice(edit.start, edit.end).trimEnd();
  const whole = edit.text.trimEnd();
  if (head === "" || !whole.startsWith(head)) return edit;
  const added = whole.slice(head.length);
  const headEnd = edit.start + head.length;
  const end =
    bracedEnd(file, { head, headEnd, added }) ?? indentedEnd(file, { head, headEnd, added });
  return end === undefined ? edit : { start: edit.start, end, text: whole };
}

interface Head {
  readonly head: string;
  /** Offset behind it. */
  readonly headEnd: number;
  /** What the replacement has behind the head. */
  readonly added: string;
}

/** Where the replacement closes what the head opens, or brings the braces along that follow the head in the file. */
function bracedEnd(file: string, { head, headEnd, added }: Head): number | undefined {
  if (!added.endsWith("}")) return undefined;
  if (head.endsWith("{")) {
    return closing(`{${added}`) === added.length + 1 ? closing(file, headEnd - 1) : undefined;
  }
  const lead = /^\s*(?=\{)/.exec(added)?.[0].length;
  const open = /^[ \t]*(?=\{)/.exec(file.slice(headEnd, headEnd + 200))?.[0].length;
  if (lead === undefined || open === undefined) return undefined;
  return closing(added, lead) === added.length ? closing(file, headEnd + open) : undefined;
}

/** `def f(a): return a` before an indented body. */
function indentedEnd(file: string, { head, headEnd, added }: Head): number | undefined {
  if (!head.endsWith(":") || !/^[ \t]+[^\s#]/.test(added) || added.includes("\n")) return undefined;
  const lineStart = file.lastIndexOf("\n", headEnd - 1) + 1;
  const indent = indentOf(file.slice(lineStart));
  const lineEnd = file.indexOf("\n", headEnd);
  // What follows on the same line is a body already.
  if (lineEnd < 0 || file.slice(headEnd, lineEnd).trim() !== "") return undefined;
  let end: number | undefined;
  for (let at = lineEnd + 1; at < file.length; ) {
    const next = file.indexOf("\n", at);
    const stop = next < 0 ? file.length : next;
    const line = file.slice(at, stop);
    if (line.trim() !== "" && indentOf(line) <= indent) break;
    if (line.trim() !== "") end = stop;
    at = stop + 1;
  }
  return end;
}

function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

/** What braces do not count in: texts that end on their line, texts between backticks, and comments. */
const SKIPPED =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[{}]/g;

/** @returns the offset behind the brace that closes the one at `open`; `undefined` where none does. */
function closing(text: string, open = 0): number | undefined {
  const pieces = new RegExp(SKIPPED);
  pieces.lastIndex = open;
  let depth = 0;
  for (let piece = pieces.exec(text); piece !== null; piece = pieces.exec(text)) {
    if (piece[0] === "{") depth += 1;
    if (piece[0] === "}") depth -= 1;
    if (depth === 0 && piece[0] === "}") return piece.index + 1;
    if (depth <= 0) return undefined;
  }
  return undefined;
}
