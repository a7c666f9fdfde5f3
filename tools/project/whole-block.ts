/** Edits whose search is the head of a block, and whose replacement is all of it: the old body would stay behind. */

import { indentOf } from "./indentation.ts";

interface Replacement {
  /** Offsets of the passage in the file. */
  readonly start: number;
  readonly end: number;
  /** What is to stand there. */
  readonly text: string;
}

/** Languages whose blocks have braces and whose comments are those of C, by the end of a file's name. */
const BRACED =
  /\.(?:[cm]?[jt]sx?|c|h|cc|cpp|cxx|hh|hpp|cs|css|dart|go|groovy|java|kts?|less|m|mm|php|proto|rs|scala|scss|swift|zig)$/i;
/** There `#` begins a comment, and `build/*` is a pattern. */
const SHELL = /\.(?:ba|da|k|z)?sh$/i;
const PYTHON = /\.pyi?$/i;
/** What may stand before a colon that opens a block. */
const OPENS_BLOCK =
  /^[ \t]*(?:async[ \t]+)?(?:def|class|if|for|while|with|else|elif|try|except|finally|match|case)\b/;

/**
 * Small models search for the first line of a function and write the whole function. Taken to the letter, that leaves the
 * old body behind the new one, which no language takes; so the old body goes, too. Only where its end is certain: in a
 * language whose blocks are known, where the indentation ends the block where its braces do.
 *
 * @param path of the file; its end says the language.
 * @returns the edit as it is meant; as it came where it can be meant to the letter.
 */
export function wholeBlock(file: string, edit: Replacement, path: string): Replacement {
  const head = file.slice(edit.start, edit.end).trimEnd();
  const whole = edit.text.trimEnd();
  if (head === "" || !whole.startsWith(head)) return edit;
  const block = { head, headEnd: edit.start + head.length, added: whole.slice(head.length) };
  const tail = tailOf(block.added);
  const end = endOfBlock(
    file,
    { ...block, added: block.added.slice(0, -tail.length || undefined) },
    path,
  );
  const last = end === undefined ? undefined : tailEnd(file, end, tail);
  return last === undefined ? edit : { start: edit.start, end: last, text: whole };
}

/** What closes the call that a block is an argument of: `});`, as of a test or a handler. */
function tailOf(added: string): string {
  return /(?<=\})[)\]]{1,4}[;,]?$/.exec(added)?.[0] ?? "";
}

/** @returns the offset behind the same in the file, whose mark goes where both have one; `undefined` where it has other brackets. */
function tailEnd(file: string, end: number, tail: string): number | undefined {
  const brackets = tail.replace(/[;,]$/, "");
  if (!file.startsWith(brackets, end)) return undefined;
  const behind = end + brackets.length;
  const mark = tail.slice(brackets.length);
  return mark !== "" && file[behind] === mark ? behind + 1 : behind;
}

interface Head {
  readonly head: string;
  /** Offset behind it. */
  readonly headEnd: number;
  /** What the replacement has behind the head. */
  readonly added: string;
}

function endOfBlock(file: string, head: Head, path: string): number | undefined {
  if (PYTHON.test(path)) return indentedEnd(file, head);
  const isShell = SHELL.test(path);
  if (!isShell && !BRACED.test(path)) return undefined;
  const end = bracedEnd(file, head, !isShell);
  return end !== undefined && isIndented(file, head, end) ? end : undefined;
}

/** Where the replacement closes what the head opens, or brings the braces along that follow the head in the file. */
function bracedEnd(file: string, block: Head, hasComments: boolean): number | undefined {
  const { head, headEnd, added } = block;
  if (!added.endsWith("}")) return undefined;
  if (head.endsWith("{")) {
    const isClosed = closing(`{${added}`, 0, hasComments) === added.length + 1;
    return isClosed ? closing(file, headEnd - 1, hasComments) : undefined;
  }
  const lead = /^\s*(?=\{)/.exec(added)?.[0].length;
  const open = /^[ \t]*(?=\{)/.exec(file.slice(headEnd, headEnd + 200))?.[0].length;
  if (lead === undefined || open === undefined) return undefined;
  const isClosed = closing(added, lead, hasComments) === added.length;
  return isClosed ? closing(file, headEnd + open, hasComments) : undefined;
}

/**
 * Whether the brace before `end` begins a line that is indented as the head is, and all lines between are indented more.
 * A pattern, a regular expression or a text with a mark in it can hide a brace from the count, but not from this.
 */
function isIndented(file: string, { head, headEnd }: Head, end: number): boolean {
  const lines = file.slice(headEnd, end).split("\n").slice(1);
  const last = lines.pop();
  if (last === undefined) return true;
  const indent = /^([ \t]*)\}$/.exec(last)?.[1];
  if (indent === undefined || !indentsOf(file, head, headEnd).includes(indent)) return false;
  return lines.every((line) => line.trim() === "" || indentOf(line).length > indent.length);
}

/** The indentation of the head's last line, and of the one that is indented least: a head may have several. */
function indentsOf(file: string, head: string, headEnd: number): readonly string[] {
  const lines = file
    .slice(file.lastIndexOf("\n", headEnd - head.trimStart().length) + 1, headEnd)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(indentOf);
  const least = lines.reduce((one, other) => (other.length < one.length ? other : one));
  return [lines.at(-1) ?? "", least];
}

/** `def f(a): return a` before an indented body. */
function indentedEnd(file: string, { head, headEnd, added }: Head): number | undefined {
  if (!head.endsWith(":") || !isBody(added)) return undefined;
  const lineStart = file.lastIndexOf("\n", headEnd - 1) + 1;
  const opens = [file.slice(lineStart, headEnd), head.trimStart()];
  if (!opens.some((line) => OPENS_BLOCK.test(line))) return undefined;
  // In a docstring a colon opens nothing.
  if (!hasWholeTexts(file.slice(0, headEnd))) return undefined;
  const lineEnd = file.indexOf("\n", headEnd);
  // What follows on the same line is a body already.
  if (lineEnd < 0 || file.slice(headEnd, lineEnd).trim() !== "") return undefined;
  const end = bodyEnd(file, lineEnd + 1, indentOf(file.slice(lineStart)).length);
  return end !== undefined && hasWholeTexts(file.slice(headEnd, end)) ? end : undefined;
}

/** On one line, and more than a comment, a docstring or the head of another block. */
function isBody(added: string): boolean {
  return /^[ \t]+(?![rbuf]{0,2}["'])[^\s#][^\n]*$/i.test(added) && !added.endsWith(":");
}

function hasWholeTexts(text: string): boolean {
  return text.split(/"""|'''/).length % 2 === 1;
}

/** @returns the offset behind the last line that is indented more; `undefined` where a comment may stand amid them. */
function bodyEnd(file: string, from: number, indent: number): number | undefined {
  let end: number | undefined;
  let isOver = false;
  for (let at = from; at < file.length; ) {
    const next = file.indexOf("\n", at);
    const stop = next < 0 ? file.length : next;
    const line = file.slice(at, stop).trimEnd();
    const isDeeper = line !== "" && indentOf(line).length > indent;
    if (isOver && isDeeper) return undefined;
    if (isDeeper) end = at + line.length;
    // Python lets a comment stand at any indentation.
    if (line !== "" && !isDeeper && !line.trimStart().startsWith("#")) break;
    isOver ||= line !== "" && !isDeeper;
    at = stop + 1;
  }
  return end;
}

/** @returns the offset behind the brace that closes the one at `open`; `undefined` where none does. */
function closing(text: string, open: number, hasComments: boolean): number | undefined {
  const skip = new Skips(text, hasComments);
  let depth = 0;
  for (let at = open; at < text.length; at = skip.behind(at)) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}") depth -= 1;
    if (depth === 0 && text[at] === "}") return at + 1;
    if (depth <= 0 && text[at] === "}") return undefined;
  }
  return undefined;
}

/**
 * Steps over what braces do not count in: texts that end on their line, texts between backticks, and comments. What does
 * not end is not such a text; that is looked for once, so that the time grows with the length alone.
 */
class Skips {
  readonly #text: string;
  readonly #hasComments: boolean;
  /** By the mark that begins a text: up to there none ends. */
  readonly #endless = new Map<string, number>();

  constructor(text: string, hasComments: boolean) {
    this.#text = text;
    this.#hasComments = hasComments;
  }

  /** @returns the offset of the next character that counts, behind the one at `at`. */
  behind(at: number): number {
    const mark = this.#text[at] ?? "";
    const two = this.#text.slice(at, at + 2);
    if (this.#hasComments && two === "//") return this.#lineEnd(at);
    if (this.#hasComments && two === "/*")
      return this.#past(two, at, () => this.#text.indexOf("*/", at + 2) + 1);
    if (mark === '"' || mark === "'") {
      return this.#past(mark, at, () => this.#quoteEnd(mark, at + 1, this.#lineEnd(at)));
    }
    if (mark === "`") {
      return this.#past(mark, at, () => this.#quoteEnd(mark, at + 1, this.#text.length));
    }
    return at + 1;
  }

  /** @param find the offset of the last character of the text that begins here; 0 where it does not end. */
  #past(mark: string, at: number, find: () => number): number {
    if (at < (this.#endless.get(mark) ?? 0)) return at + 1;
    const last = find();
    if (last > 0) return last + 1;
    const isInLine = mark === '"' || mark === "'";
    this.#endless.set(mark, isInLine ? this.#lineEnd(at) : this.#text.length);
    return at + 1;
  }

  #quoteEnd(mark: string, from: number, to: number): number {
    for (let at = from; at < to; at += 1) {
      if (this.#text[at] === "\\") at += 1;
      else if (this.#text[at] === mark) return at;
    }
    return 0;
  }

  #lineEnd(at: number): number {
    const end = this.#text.indexOf("\n", at);
    return end < 0 ? this.#text.length : end;
  }
}
