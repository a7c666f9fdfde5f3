/** How lines that a model wrote with another indentation become lines of the file. */

/** A line of the file and the line of the search that stands for it; neither is blank. */
export interface LinePair {
  readonly file: string;
  readonly search: string;
}

export type Reindent = (line: string, index: number) => string;

/**
 * The one way in which the indentation of the search differs from that of the file: by a prefix that is missing or too much
 * on every line, by another unit (tabs for spaces, four spaces for two), or on the first line alone.
 *
 * @param replace the lines that will be indented in this way; they help to see the unit.
 * @returns `undefined` where no such way fits every line.
 */
export function reindentation(
  pairs: readonly LinePair[],
  replace: readonly string[],
): Reindent | undefined {
  return sameForAll(pairs, replace) ?? exceptFirst(pairs, replace);
}

/** The white space that a line begins with. */
export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

function sameForAll(pairs: readonly LinePair[], replace: readonly string[]): Reindent | undefined {
  return missingPrefix(pairs) ?? surplusPrefix(pairs) ?? otherUnit(pairs, replace);
}

/** Models copy from the first letter of a passage, and the lines after it as they are. */
function exceptFirst(
  [first, ...others]: readonly LinePair[],
  replace: readonly string[],
): Reindent | undefined {
  if (first === undefined || others.length === 0 || indentOf(first.search) !== "") return undefined;
  const rest = sameForAll(others, replace.slice(1));
  if (rest === undefined) return undefined;
  return (line, index) =>
    index === 0 ? indentOf(first.file) + line.trimStart() : rest(line, index);
}

function missingPrefix(pairs: readonly LinePair[]): Reindent | undefined {
  const prefix = surplusOf(pairs.map(({ file, search }) => [indentOf(file), indentOf(search)]));
  return prefix === undefined ? undefined : (line) => (isBlank(line) ? line : prefix + line);
}

function surplusPrefix(pairs: readonly LinePair[]): Reindent | undefined {
  const prefix = surplusOf(pairs.map(({ file, search }) => [indentOf(search), indentOf(file)]));
  if (prefix === undefined) return undefined;
  return (line) => (line.startsWith(prefix) ? line.slice(prefix.length) : line.trimStart());
}

/** What every longer indentation begins with before the shorter one follows. */
function surplusOf(indents: readonly (readonly [string, string])[]): string | undefined {
  const [longer = "", shorter = ""] = indents[0] ?? [];
  const prefix = longer.slice(0, Math.max(0, longer.length - shorter.length));
  return indents.every(([long, short]) => long === prefix + short) ? prefix : undefined;
}

function otherUnit(pairs: readonly LinePair[], replace: readonly string[]): Reindent | undefined {
  const to = unitOf(pairs.map(({ file }) => file));
  const from = unitOf([...pairs.map(({ search }) => search), ...replace]);
  const [first] = pairs;
  if (first === undefined || to === from) return undefined;
  const offset = levelOf(first.file, to) - levelOf(first.search, from);
  const convert: Reindent = (line) => {
    const level = levelOf(line, from) + offset;
    return isBlank(line) ? line : to.repeat(Math.max(0, Math.floor(level))) + line.trimStart();
  };
  const fits = pairs.every(({ file, search }) => {
    const isWhole = Number.isInteger(levelOf(search, from));
    return isWhole && indentOf(convert(search, 0)) === indentOf(file);
  });
  return fits ? convert : undefined;
}

function levelOf(line: string, unit: string): number {
  const indent = indentOf(line);
  // A tab among spaces has no level that could be told.
  if (indent.replaceAll(unit[0] ?? "", "") !== "") return Number.NaN;
  return indent.length / unit.length;
}

/** By what lines are indented more than the lines before them, most often. */
function unitOf(lines: readonly string[]): string {
  const indents = lines.filter((line) => !isBlank(line)).map(indentOf);
  if (indents.some((indent) => indent.includes("\t"))) return "\t";
  const steps = indents.flatMap((indent, index) => {
    const before = indents[index - 1]?.length ?? 0;
    return indent.length > before + 1 ? [indent.length - before] : [];
  });
  // The smallest one: a passage that begins deep inside has a first step of several levels.
  return " ".repeat(steps.length === 0 ? 4 : Math.min(...steps));
}

function isBlank(line: string): boolean {
  return line.trim() === "";
}
