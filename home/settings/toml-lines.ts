/** Where the keys of a TOML text stand: Bun's parser reports no positions. For messages only. */

/** One key of a path, bare or in either kind of quotation marks. */
const KEY = String.raw`(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')`;
const DOTTED = String.raw`${KEY}(?:[ \t]*\.[ \t]*${KEY})*`;
const TABLE = new RegExp(String.raw`^[ \t]*\[[ \t]*(${DOTTED})[ \t]*\]`);
const LIST_OF_TABLES = new RegExp(String.raw`^[ \t]*\[\[[ \t]*(${DOTTED})[ \t]*\]\]`);
const SETTING = new RegExp(String.raw`^[ \t]*(${DOTTED})[ \t]*=`);
const EACH_KEY = new RegExp(KEY, "g");
/** What has to be passed over to see where a value ends. */
const STRING = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*/g;

/** The lines of the keys of one text; a key without one of its own is where what holds it begins. */
export class TomlLines {
  /** By path, its parts as JSON: a key may hold a dot. */
  readonly #lines = new Map<string, number>();

  constructor(text: string) {
    this.#read(text);
  }

  /** @returns counted from 1; `undefined` for a path of which no part stands in the text. */
  lineOf(path: readonly PropertyKey[]): number | undefined {
    for (let length = path.length; length > 0; length -= 1) {
      const line = this.#lines.get(nameOf(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return undefined;
  }

  #read(text: string): void {
    const lines = bareLines(text);
    const counts = new Map<string, number>();
    let table: readonly string[] = [];
    let open = 0;
    for (const [index, line] of lines.entries()) {
      const [, list] = LIST_OF_TABLES.exec(line) ?? [];
      const [, single] = TABLE.exec(line) ?? [];
      const [, setting] = SETTING.exec(line) ?? [];
      // A line within a value of several lines holds no key of its own.
      if (open > 0) open += brackets(line);
      else if (list !== undefined)
        table = this.#open(withIndexes(keysOf(list), counts, true), index);
      else if (single !== undefined)
        table = this.#open(withIndexes(keysOf(single), counts, false), index);
      else if (setting !== undefined) {
        this.#open([...table, ...keysOf(setting)], index);
        open = brackets(line);
      }
    }
  }

  #open(path: readonly string[], index: number): readonly string[] {
    for (let length = 1; length <= path.length; length += 1) {
      const name = nameOf(path.slice(0, length));
      if (!this.#lines.has(name)) this.#lines.set(name, index + 1);
    }
    return path;
  }
}

/** The line on which the statement begins that keeps a text from being TOML, counted from 1. */
export function brokenLine(text: string, isToml: (text: string) => boolean): number {
  const lines = text.split("\n");
  const starts = statementStarts(text);
  // What is in front of one start is TOML, and what is in front of the other is not; there are few lines to try, for
  // a parser that reads a text of 1,000 lines 1,000 times takes seconds.
  let [good, bad] = [0, starts.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isToml(lines.slice(0, starts[middle]).join("\n"))) good = middle;
    else bad = middle;
  }
  return (starts[good] ?? 0) + 1;
}

/** Indices of the lines that do not go on with the value of a line before. */
function statementStarts(text: string): readonly number[] {
  const starts: number[] = [];
  let open = 0;
  for (const [index, line] of bareLines(text).entries()) {
    if (open === 0 && line.trim() !== "") starts.push(index);
    open = Math.max(0, open + brackets(line));
  }
  return starts;
}

/** A string may hold whatever looks like a key: of one over several lines only the line ends stay. */
function bareLines(text: string): readonly string[] {
  return text
    .replace(STRING, (found) => (found.includes("\n") ? found.replace(/[^\n]+/g, "") : found))
    .split("\n");
}

function nameOf(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}

function keysOf(dotted: string): readonly string[] {
  return (dotted.match(EACH_KEY) ?? []).map((key) => {
    if (key.startsWith("'")) return key.slice(1, -1);
    return key.startsWith('"') ? key.slice(1, -1).replaceAll(/\\(.)/g, "$1") : key;
  });
}

/** Puts the number of the last table behind each key that is a list of tables. @param isNew it begins another one. */
function withIndexes(
  keys: readonly string[],
  counts: Map<string, number>,
  isNew: boolean,
): readonly string[] {
  if (isNew) counts.set(nameOf(keys), (counts.get(nameOf(keys)) ?? 0) + 1);
  return keys.flatMap((key, index) => {
    const count = counts.get(nameOf(keys.slice(0, index + 1))) ?? 0;
    return count === 0 ? [key] : [key, String(count - 1)];
  });
}

/** How many lists and tables in braces a line opens and does not close. */
function brackets(line: string): number {
  const bare = line.replace(STRING, "");
  const value = bare.slice(bare.indexOf("=") + 1);
  return value.split(/[[{]/).length - value.split(/[\]}]/).length;
}
