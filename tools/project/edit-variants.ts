/** What a model wrote around the passage that it meant. */

/** A passage of a file, and what is to stand there. */
export interface Edit {
  readonly search: string;
  readonly replace: string;
}

/**
 * The edit as it came, then as it may be meant: out of a code fence, without line numbers or the marks of a diff, with the
 * other quotation marks. Each once.
 */
export function variantsOf(edit: Edit): readonly Edit[] {
  const read = [
    ...[edit, unfenced(edit), unnumbered(edit), unnumbered(unfenced(edit)), unmarked(edit)],
    requoted(edit),
    partOfLine(edit),
  ];
  return read.filter(
    (one, index) =>
      one.search !== "" && read.findIndex((other) => other.search === one.search) === index,
  );
}

/** A part of a line, written as if it were a whole one. */
function partOfLine({ search, replace }: Edit): Edit {
  const isLine = !(search.trim().includes("\n") || replace.trim().includes("\n"));
  return isLine && /^[ \t]/.test(search)
    ? { search: search.trim(), replace: replace.trim() }
    : { search, replace };
}

/** Small models write the quotation marks of the example that they were shown. */
function requoted(edit: Edit): Edit {
  const marks = new Set(edit.search.match(/["']/g));
  const [mark] = marks;
  if (mark === undefined || marks.size > 1) return edit;
  const other = mark === '"' ? "'" : '"';
  // Within such a text the other mark would end it.
  if (edit.replace.includes(other)) return edit;
  const swap = (text: string) => text.replaceAll(mark, other);
  return { search: swap(edit.search), replace: swap(edit.replace) };
}

const FENCE = /^\s*(`{3,}|~{3,})[^\n`]*\r?\n(.*?)(?:\r?\n)?[ \t]*\1[ \t]*\s*$/s;

function unfenced({ search, replace }: Edit): Edit {
  const inside = FENCE.exec(search)?.[2];
  if (inside === undefined) return { search, replace };
  // A fence around the search alone is one that the file does not have either.
  return { search: inside, replace: FENCE.exec(replace)?.[2] ?? replace };
}

/** "12 | code", "12: code", "12→code", "12<tab>code" and "  12  code". */
const NUMBERED = /^[ \t]*(\d{1,7})(?:[ \t]?[|│→:][ \t]?|\t|[ ]{1,2}|$)(.*)$/;

function unnumbered({ search, replace }: Edit): Edit {
  const inside = withoutNumbers(search);
  return inside === undefined
    ? { search, replace }
    : { search: inside, replace: withoutNumbers(replace) ?? replace };
}

/** @returns `undefined` unless the lines carry numbers that count on. */
function withoutNumbers(text: string): string | undefined {
  const lines = text.split("\n");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  const plain: string[] = [];
  let before: number | undefined;
  for (const line of lines.slice(0, last + 1)) {
    const [, number = "", rest = ""] = NUMBERED.exec(line) ?? [];
    if (number === "" || (before !== undefined && Number(number) !== before + 1)) return undefined;
    before = Number(number);
    plain.push(rest);
  }
  return [...plain, ...lines.slice(last + 1)].join("\n");
}

/** The lines of a diff, those that go in `search` and those that come in `replace`. */
function unmarked({ search, replace }: Edit): Edit {
  const [goes, comes] = [withoutMarks(search, "-"), withoutMarks(replace, "+")];
  return goes === undefined || comes === undefined
    ? { search, replace }
    : { search: goes, replace: comes };
}

/** @returns `undefined` unless every line has the mark, or the blank of one that stays. */
function withoutMarks(text: string, mark: "-" | "+"): string | undefined {
  const lines = text.split("\n");
  const isMarked = lines.some((line) => line.startsWith(mark));
  const areAll = lines.every(
    (line) => line === "" || line.startsWith(mark) || line.startsWith(" "),
  );
  return isMarked && areAll ? lines.map((line) => line.slice(1)).join("\n") : undefined;
}
