import { endsString, QUOTES, readEscape, type StringPosition, skipBlanks } from "./strings.ts";

export interface Quoted {
  readonly value: string;
  /** Index behind the string. */
  readonly end: number;
  /** The text ended before the string did. */
  readonly cut: boolean;
}

export interface QuotedOptions {
  /** Where the string stands: as the key of an object, or as a value. */
  readonly position: StringPosition;
  /** Escapes, prefixes and adjacent strings as in Python. */
  readonly python: boolean;
  /** A marker that delimits strings besides quotation marks. */
  readonly delimiter: string | undefined;
}

/** Reads the string that begins at `at` with any quotation mark, or three of them. */
export function readQuoted(text: string, at: number, options: QuotedOptions): Quoted {
  const triple = tripleAt(text, at);
  const closing = QUOTES.get(text.charAt(at)) ?? '"';
  const closes = (index: number): boolean =>
    triple === ""
      ? closing.includes(text.charAt(index)) && isEnd(text, index, options)
      : text.startsWith(triple, index);
  const width = triple === "" ? 1 : triple.length;
  const parts: string[] = [];
  let from = at + width;
  let index = from;
  while (index < text.length && !closes(index)) {
    if (text.charAt(index) === "\\") {
      const read = readEscape(text, index + 1, options.python);
      parts.push(text.slice(from, index), read.value);
      index += 1 + read.length;
      from = index;
    } else index += 1;
  }
  const cut = index >= text.length;
  parts.push(text.slice(from, index));
  return { value: parts.join(""), end: cut ? text.length : index + width, cut };
}

/** Reads the string between two delimiters, taken literally. */
export function readDelimited(text: string, at: number, delimiter: string): Quoted {
  const from = at + delimiter.length;
  const end = text.indexOf(delimiter, from);
  if (end >= 0) return { value: text.slice(from, end), end: end + delimiter.length, cut: false };
  // The closing delimiter is missing: the brackets that are still open close behind the value.
  let bound = text.length;
  while (bound > from && " \n\t\r}])".includes(text.charAt(bound - 1))) bound -= 1;
  return { value: text.slice(from, bound), end: bound, cut: true };
}

function tripleAt(text: string, at: number): string {
  const three = text.slice(at, at + 3);
  return three === '"""' || three === "'''" ? three : "";
}

function isEnd(text: string, index: number, options: QuotedOptions): boolean {
  // Of two in a row the second one ends the string, if either does: `'echo 'hi''`.
  const isInner = text.charAt(index + 1) === text.charAt(index);
  if (isInner && options.position === "value" && endsHere(text, index + 1, options)) return false;
  return endsHere(text, index, options);
}

function endsHere(text: string, index: number, options: QuotedOptions): boolean {
  const behind = skipBlanks(text, index + 1);
  if (options.python && "\"'+%#)".includes(text.charAt(behind) || " ")) return true;
  if (options.delimiter !== undefined && text.startsWith(options.delimiter, behind)) return true;
  return endsString(text, behind, options.position);
}
