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

/** @returns the offset behind the brace that closes the one at `open`; `undefined` where none does. */
function closing(text: string, open = 0): number | undefined {
  const skip = new Skips(text);
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
 * not end is no such text; that is looked for once, so that the time grows with the length alone.
 */
class Skips {
  readonly #text: string;
  /** By the mark that begins a text: up to there none ends. */
  readonly #endless = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  /** @returns the offset of the next character that counts, behind the one at `at`. */
  behind(at: number): number {
    const mark = this.#text[at] ?? "";
    const two = this.#text.slice(at, at + 2);
    if (two === "//") return this.#lineEnd(at);
    if (two === "/*") return this.#past(two, at, () => this.#text.indexOf("*/", at + 2) + 1);
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
