/** Tables of the files in which people keep them: rows of named values, each as it stands in the file. */
import { type Fields, fieldsOf, isFields, parseJson } from "#core/json.ts";
import { parseYaml } from "#core/parse-yaml.ts";
import { textLines } from "./read-text.ts";
import type { Cell, Row, Table } from "./table.ts";

/** Further rows are not read. */
const MOST_ROWS = 20_000;
/** What has more columns has rows of several kinds, such as a package lock. */
const MOST_COLUMNS = 32;

/** Names of files that may hold a table. */
export const TABLE_FILES: RegExp = /\.(?:[ct]sv|jsonl?|ndjson|ini|cfg|conf|toml)$/i;
/** Names of files that are read as texts as well: their lines are records, and of YAML its lists. */
export const TEXT_FILES: RegExp = /\.(?:log|txt|text|md|markdown|ya?ml)$/i;

/** @returns nothing where the text holds no rows with named values. */
export function readTable(path: string, text: string): Table | undefined {
  const [, end = ""] = /\.(\w+)$/.exec(path.toLowerCase()) ?? [];
  const rows = READERS[end]?.(text)?.slice(0, MOST_ROWS) ?? [];
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const isTable = columns.length > 0 && columns.length <= MOST_COLUMNS;
  return isTable ? { path, columns, rows } : undefined;
}

const READERS: Readonly<Record<string, ((text: string) => readonly Row[]) | undefined>> = {
  csv: separated,
  tsv: separated,
  json: (text) => records(parseJson(text)),
  jsonl: jsonLines,
  ndjson: jsonLines,
  ini: sections,
  cfg: sections,
  conf: sections,
  toml: sections,
  log: (text) => textLines(text, "log"),
  txt: (text) => textLines(text, "notes"),
  text: (text) => textLines(text, "notes"),
  md: (text) => textLines(text, "markdown"),
  markdown: (text) => textLines(text, "markdown"),
  ...{ yml: yaml, yaml },
};

/** A tab or a semicolon stands in no name of a column; a comma may. */
const SEPARATORS = ["\t", ";", ",", "|"] as const;

function separated(text: string): readonly Row[] {
  const lines = text.replace(/^\uFEFF/, "");
  const header = lines.slice(0, lines.search(/\r?\n|$/));
  const separator = SEPARATORS.find((one) => header.includes(one));
  if (separator === undefined) return [];
  const [columns = [], ...rows] = cells(lines, separator);
  return rows.map((row) =>
    Object.fromEntries(columns.map((column, at) => [column || `column ${at + 1}`, row[at] ?? ""])),
  );
}

/** RFC 4180, with any separator: a quoted cell may hold separators, line ends and doubled quotation marks. */
function cells(text: string, separator: string): readonly (readonly string[])[] {
  const between = RegExp.escape(separator);
  const plain = `[^${between}\\r\\n]*`;
  const cell = new RegExp(
    `[ ]*(?:"((?:[^"]|"")*)"${plain}|(${plain}))(${between}|\\r?\\n|\\r|$)`,
    "gy",
  );
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare = "", end] of text.matchAll(cell)) {
    row.push(quoted?.replaceAll('""', '"') ?? bare.trim());
    if (end === separator) continue;
    rows.push(row);
    row = [];
  }
  return rows.filter((one) => one.some((value) => value !== ""));
}

function jsonLines(text: string): readonly Row[] {
  return text.split("\n").flatMap((line) => records(parseJson(line)));
}

function yaml(text: string): readonly Row[] {
  return records(parseYaml(text).value);
}

/** How deep arrays of objects are looked into. */
const DEEPEST = 8;

/** Where a value stands. */
interface RecordContext {
  /** What stands beside the arrays that it is in. */
  readonly around: Row;
  /** Of the innermost array. */
  readonly name: string;
  readonly depth: number;
}

const OUTERMOST: RecordContext = { around: {}, name: "", depth: 0 };

/** The innermost objects of arrays, each with what stands around it: an object without such an array is one row. */
function records(value: unknown, context: RecordContext = OUTERMOST): readonly Row[] {
  const { around, name, depth } = context;
  const deeper = { ...context, depth: depth + 1 };
  if (depth > DEEPEST) return [];
  if (Array.isArray(value)) return value.flatMap((item) => records(item, deeper));
  if (!isFields(value)) return [];
  if (isDictionary(value)) return named(value).flatMap((item) => records(item, deeper));
  const own: Record<string, Cell> = {};
  const inner: (readonly [string, readonly unknown[]])[] = [];
  for (const [key, member] of members(value)) {
    if (Array.isArray(member) && member.some(isFields)) inner.push([key, member]);
    else if (!isFields(member)) own[key] = member as Cell;
  }
  if (inner.length === 0) return Object.keys(own).length === 0 ? [] : [{ ...around, ...own }];
  // An employee has a name, and so has the department.
  const label = (key: string): string => (name === "" ? key : `${name}.${key}`);
  const labelled = Object.entries(own).map(([key, cell]) => [label(key), cell] as const);
  const outer = { ...around, ...Object.fromEntries(labelled) };
  return inner.flatMap(([key, items]) => records(items, { ...deeper, around: outer, name: key }));
}

/** Objects of one kind by their names: each is a record. */
function isDictionary(fields: object): boolean {
  const items = Object.values(fields);
  const [first, ...others] = items;
  if (others.length === 0 || !items.every(isFields)) return false;
  return Object.keys(first).some((key) => others.every((item) => Object.hasOwn(item, key)));
}

/** Each with the name that it has among the others. */
function named(dictionary: object): readonly Fields[] {
  return Object.entries(dictionary).map(([name, item]) => ({ name, ...fieldsOf(item) }));
}

/** Of an object, and of the objects in it that are not items: `fares.adult`. */
function* members(fields: object, before = "", depth = 0): Generator<readonly [string, unknown]> {
  for (const [key, member] of Object.entries(fields)) {
    const name = `${before}${key}`;
    if (!isFields(member) || depth >= DEEPEST) yield [name, member];
    else if (isDictionary(member)) yield [name, named(member)];
    else yield* members(member, `${name}.`, depth + 1);
  }
}

const SECTION = /^\s*\[+([^\]]+)\]+\s*$/;
const SETTING = /^\s*([\w.-]+)\s*[=:]\s*(.*?)\s*$/;

/** Each section is a row; settings before the first one belong to a section without a name. */
function sections(text: string): readonly Row[] {
  const rows: Record<string, string>[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, section] = SECTION.exec(line) ?? [];
    const [, key, value = ""] = section === undefined ? (SETTING.exec(line) ?? []) : [];
    if (section !== undefined) rows.push({ section });
    else if (key !== undefined) {
      if (rows.length === 0) rows.push({ section: "" });
      const row = rows.at(-1);
      if (row !== undefined) row[key] = value.replace(/^(["'])(.*)\1$/, "$2");
    }
  }
  return rows;
}
