/** Where lines of notes stand: below which heading, and in which list; and the cells of their tables. */
import type { Cell } from "./table.ts";

/** What a line says of itself; nothing: it is an ordinary one. */
interface Line {
  /** It is a heading, from 1 for the outermost. */
  readonly level?: number;
  readonly title?: string;
  /** It is the item of a list; what stands behind its mark. */
  readonly item?: string;
  /** An item within another one, or one that goes on. */
  readonly isNested?: boolean;
  /** It is a row of a table. */
  readonly cells?: readonly string[];
  readonly isEmpty?: boolean;
}

const HEADING = /^ {0,3}(#{1,6})\s+(.*?)[\s#]*$/;
/** Below the words of a heading. */
const UNDERLINE = /^ {0,3}(?:(=+)|-{3,})\s*$/;
const FENCE = /^ {0,3}(?:```|~~~)/;
const ITEM = /^(\s*)(?:[-*+•]|\d{1,3}[.)])\s+(\S.*)$/;
const ROW = /^\s*\|(.*)\|\s*$/;
const RULE = /^:?-+:?$/;
const TICK = /^\[([ xX])\]\s/;
/** Around words that are to stand out. */
const EMPHASIS = /[*_`]+(?=\S)|(?<=\S)[*_`]+/g;
/** A longer line before a list is a sentence. */
const LONGEST_LABEL = 60;

/**
 * @param texts all lines of a file.
 * @param isMarkdown else only lists have headings: the line before the first item.
 * @returns for each line `heading_level`, `section`, `item` (from 1 in its section; those within others have none), `done` of an
 * item that can be ticked, and the cells of a row of a table.
 */
export function textSections(
  texts: readonly string[],
  isMarkdown: boolean,
): readonly ReadonlyMap<string, Cell>[] {
  const lines = isMarkdown ? markdownLines(texts) : listLines(texts);
  const sections = sectionsOf(lines);
  const rows = rowsOf(lines);
  return lines.map(({ level, item }, at) => {
    const { section, number } = sections[at] ?? {};
    const [, tick] = TICK.exec(item ?? "") ?? [];
    const marks = {
      heading_level: isMarkdown ? level : undefined,
      ...{ section, item: number },
      done: tick && (tick === " " ? "no" : "yes"),
    };
    const own = Object.entries(marks).flatMap(([name, cell]): [string, Cell][] =>
      cell === undefined ? [] : [[name, cell]],
    );
    return new Map([...own, ...(rows[at] ?? [])]);
  });
}

interface SectionPosition {
  readonly section?: string | undefined;
  /** Of an item in its section. */
  readonly number?: number | undefined;
}

function sectionsOf(lines: readonly Line[]): readonly SectionPosition[] {
  const headings: (string | undefined)[] = [];
  let items = 0;
  return lines.map(({ level, title, item, isNested = false }) => {
    // The section of a heading is the one that it stands in.
    if (level !== undefined) headings.splice(level - 1);
    const section = headings.findLast((one) => one !== undefined);
    if (level !== undefined) {
      headings[level - 1] = title;
      items = 0;
    }
    if (item === undefined || isNested) return { section };
    items += 1;
    return { section, number: items };
  });
}

/** The cells of each line by the names in the head of its table. */
function rowsOf(lines: readonly Line[]): readonly (readonly (readonly [string, Cell])[])[] {
  let columns: readonly string[] = [];
  return lines.map(({ cells }, at) => {
    const isHead = cells !== undefined && isRule(lines[at + 1]?.cells);
    if (isHead || cells === undefined) columns = cells ?? [];
    if (isHead || isRule(cells)) return [];
    return columns.map((name, index) => [name, cells?.[index] ?? ""] as const);
  });
}

function isRule(cells: readonly string[] | undefined): boolean {
  return cells?.every((cell) => RULE.test(cell)) === true;
}

function markdownLines(texts: readonly string[]): readonly Line[] {
  // What stands before the text, as its title and date.
  const front = texts[0]?.trim() === "---" ? texts.indexOf("---", 1) : -1;
  let isFenced = false;
  return texts.map((text, at) => {
    const isFence = FENCE.test(text);
    if (isFence) isFenced = !isFenced;
    return at <= front || isFence || isFenced ? {} : markdownLine(text, texts[at + 1]);
  });
}

function markdownLine(text: string, below = ""): Line {
  const [, hashes, title = ""] = HEADING.exec(text) ?? [];
  if (hashes !== undefined) return { level: hashes.length, title: plain(title) };
  const [, row] = ROW.exec(text) ?? [];
  if (row !== undefined) return { cells: row.split("|").map(plain) };
  const line = itemIn(text);
  const isText = line.isEmpty !== true && line.item === undefined && !UNDERLINE.test(text);
  const [rule, equals] = isText ? (UNDERLINE.exec(below) ?? []) : [];
  if (rule === undefined) return line;
  return { level: equals === undefined ? 2 : 1, title: plain(text) };
}

/** In a text a list has the heading that stands before it, and behind the list that is over. */
function listLines(texts: readonly string[]): readonly Line[] {
  const lines = texts.map(itemIn);
  return lines.map((line, at) => {
    if (line.item !== undefined || line.isNested === true || line.isEmpty === true) return line;
    const next = lines.slice(at + 1, at + 3).find(({ isEmpty }) => isEmpty !== true);
    const text = texts[at] ?? "";
    const isLabel = next?.item !== undefined && text.trim().length <= LONGEST_LABEL;
    return isLabel ? { level: 1, title: plain(text) } : { level: 1 };
  });
}

function itemIn(text: string): Line {
  if (text.trim() === "") return { isEmpty: true };
  const [, indent = "", item] = ITEM.exec(text) ?? [];
  const isNested = /^(?:\t| {2,})/.test(item === undefined ? text : indent);
  return { ...(item === undefined ? {} : { item }), ...(isNested ? { isNested } : {}) };
}

function plain(text: string): string {
  return text.replace(EMPHASIS, "").trim().replace(/:$/, "");
}
