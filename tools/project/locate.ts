import { type Edit, variantsOf } from "./edit-variants.ts";
import { type Reindent, reindentation } from "./indentation.ts";
import { occurrences, textOccurrences } from "./occurrences.ts";
import { lineEndOf, linesOf, type TextLine, withLineEnds } from "./text-lines.ts";

/** Most occurrences that are reported. */
export const MAX_OCCURRENCES: number = 8;

/** Where an edit belongs in a file. Offsets are in UTF-16 units. */
export type Located =
  | {
      readonly kind: "found";
      readonly start: number;
      readonly end: number;
      /** What is to stand between the two. */
      readonly text: string;
    }
  /** Offsets of the first occurrences; at most eight. */
  | { readonly kind: "several"; readonly starts: readonly number[] }
  | { readonly kind: "none" };

/**
 * Finds the one passage that an edit means: the exact text first, then whole lines that differ in trailing blanks and invisible
 * characters alone, then lines that differ in their indentation as well, all in the same way. A reading that fits more than
 * one passage ends the search: the passage is the model's to choose.
 *
 * What is found keeps the line ends of the file. Linear in the lengths of the file and of the edit.
 */
export function locate(file: string, edit: Edit): Located {
  const variants = variantsOf(edit);
  const end = lineEndOf(file);
  for (const { search, replace } of variants) {
    const adapted = { search: withLineEnds(search, end), replace: withLineEnds(replace, end) };
    const found = locateText(file, search === edit.search ? adapted : withoutLastEnd(adapted));
    if (found.kind !== "none") return found;
  }
  const lines = linesOf(file);
  for (const keyOf of [withoutTrailing, bare]) {
    const keyed = { lines, keyOf, keys: lines.map(({ text }) => keyOf(text)) };
    for (const variant of variants) {
      const found = locateLines(keyed, variant);
      if (found.kind !== "none") return withEnds(file, found, end);
    }
  }
  return { kind: "none" };
}

function locateText(file: string, { search, replace }: Edit): Located {
  const starts = textOccurrences(file, search, MAX_OCCURRENCES);
  const [start, ...others] = starts;
  if (start === undefined) return { kind: "none" };
  if (others.length > 0) return { kind: "several", starts };
  const end = start + search.length;
  return { kind: "found", start, end, text: wholeLines(file, { search, replace }, start) };
}

/** What stood around the search is gone with its last line end, and that of the replacement may have stayed. */
function withoutLastEnd({ search, replace }: Edit): Edit {
  return search.endsWith("\n")
    ? { search, replace }
    : { search, replace: replace.replace(/\r?\n$/, "") };
}

/** Whole lines are replaced by whole lines: a forgotten line end would join the last one with the next. */
function wholeLines(file: string, { search, replace }: Edit, start: number): string {
  const isWhole = search.endsWith("\n") && (start === 0 || file[start - 1] === "\n");
  if (!isWhole || replace === "" || replace.endsWith("\n")) return replace;
  return replace + (search.endsWith("\r\n") ? "\r\n" : "\n");
}

const ASCII = /^[\0-\x7f]*$/;

type Key = (line: string) => string;

// What the cleaner takes out before a model sees a file: it cannot stand in the search.
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

const withoutTrailing: Key = (line) => visible(line).trimEnd();
const bare: Key = (line) => visible(line).trim();

function visible(line: string): string {
  // Most lines have none, and the search for a property of Unicode is slow.
  return ASCII.test(line) ? line : line.replace(INVISIBLE, "");
}

interface KeyedLines {
  readonly lines: readonly TextLine[];
  readonly keyOf: Key;
  /** Of each line what has to be the same. */
  readonly keys: readonly string[];
}

function locateLines({ lines, keyOf, keys }: KeyedLines, edit: Edit): Located {
  const { search, replace } = trimBlankLines(edit);
  const ids = new Map<string, number>();
  const pattern = search.map((line) => {
    const key = keyOf(line);
    const id = ids.get(key) ?? ids.size;
    ids.set(key, id);
    return id;
  });
  const found = occurrences(
    keys.map((key) => ids.get(key) ?? -1),
    pattern,
    MAX_OCCURRENCES,
  );
  const [at, ...others] = found;
  if (at === undefined) return { kind: "none" };
  const starts = found.map((index) => lines[index]?.start ?? 0);
  if (others.length > 0) return { kind: "several", starts };
  const matched = lines.slice(at, at + search.length);
  const reindent = keyOf === bare ? indenter(matched, search, replace) : (line: string) => line;
  if (reindent === undefined) return { kind: "none" };
  const start = matched[0]?.start ?? 0;
  const text = replace.map(reindent).join("\n");
  // Without a text to stand there the lines go with their ends.
  const end =
    text === ""
      ? (lines[at + search.length]?.start ?? matched.at(-1)?.end ?? 0)
      : (matched.at(-1)?.end ?? 0);
  return { kind: "found", start, end, text };
}

function indenter(
  matched: readonly TextLine[],
  search: readonly string[],
  replace: readonly string[],
): Reindent | undefined {
  const pairs = matched.flatMap(({ text }, index) => {
    const pair = { file: text, search: search[index] ?? "" };
    return pair.search.trim() === "" ? [] : [pair];
  });
  return reindentation(pairs, replace);
}

interface EditLines {
  readonly search: readonly string[];
  readonly replace: readonly string[];
}

/** Blank lines around the search go, and as many around the replacement. */
function trimBlankLines(edit: Edit): EditLines {
  const search = edit.search.split(/\r?\n/);
  const replace = edit.replace.split(/\r?\n/);
  const first = search.findIndex((line) => line.trim() !== "");
  if (first < 0) return { search: [], replace };
  const last = search.findLastIndex((line) => line.trim() !== "");
  const before = Math.min(first, leadingBlanks(replace));
  const after = Math.min(search.length - 1 - last, leadingBlanks(replace.toReversed()));
  return {
    search: search.slice(first, last + 1),
    replace: replace.slice(before, Math.max(before, replace.length - after)),
  };
}

function leadingBlanks(lines: readonly string[]): number {
  const first = lines.findIndex((line) => line.trim() !== "");
  return first < 0 ? lines.length : first;
}

/** The text with the line ends of the file, or of the passage where it has several. */
function withEnds(file: string, found: Located, end: "\n" | "\r\n" | undefined): Located {
  if (found.kind !== "found") return found;
  const replaced = file.slice(found.start, found.end);
  const own = end ?? lineEndOf(replaced) ?? (file.startsWith("\r\n", found.end) ? "\r\n" : "\n");
  return { ...found, text: withLineEnds(found.text, own) };
}
