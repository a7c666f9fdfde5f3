/** The files that a line names, read for the programs of its turn, and how that stands in the prompt. */
import { type Fields, isFields, parseJson } from "#core/json.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { foreignText } from "#models/extract/foreign-text.ts";
import { neutralise } from "#models/extract/neutralise.ts";
import type { FileReading } from "#tools/file-reading.ts";
import { namedPaths, readText } from "./file-list.ts";
import type { Workspace } from "./workspace.ts";

/** A file that is read, and what a model is told of what it holds. */
export interface NamedReading extends FileReading {
  /** What the lines are, then what the names hold, in comments. */
  readonly note: string;
}

/** So many files of one line. */
const MOST_READ = 3;
/** Of a text that is shown as a value, in characters. */
const LONGEST_VALUE = 40;
/** Of one comment, in characters. */
const LONGEST_COMMENT = 400;
/** Comments on a JSON file, and how deep it is described. */
const MOST_COMMENTS = 6;
const DEEPEST = 2;
/** Such a path stands in a text of Python as it is. */
const PLAIN_PATH = /^[\p{L}\p{N}_ ./-]+$/u;

/**
 * How the tables, JSON files and texts that a line names are read in Python, with the first row as it comes out: small models
 * otherwise invent columns, and read a log as a table. How much there is they are not told: they would answer with that.
 *
 * @param line what the human wrote.
 * @param cleaner takes out secrets and control characters before anything is cut.
 */
export async function fileReadings(
  line: string,
  workspace: Workspace,
  cleaner: TextCleaner,
): Promise<readonly NamedReading[]> {
  const paths = (await namedPaths(line, workspace)).filter((path) => PLAIN_PATH.test(path));
  const readings: NamedReading[] = [];
  for (const path of paths.slice(0, MOST_READ)) {
    const text = await readText(path, workspace, cleaner);
    const how = `open('${path}'${(await hasMark(path, workspace)) ? ", encoding='utf-8-sig'" : ""})`;
    const described = text === undefined ? undefined : describe(path, text, `with ${how} as file:`);
    if (described === undefined) continue;
    const taken = readings.flatMap(({ names }) => names);
    readings.push(named(path, described, taken));
  }
  return readings;
}

interface Described {
  /** Names in it stand between `«` and `»`. */
  readonly lines: readonly string[];
  readonly comments: readonly string[];
}

/** The same names for each file, as long as no other one has them. */
function named(
  path: string,
  { lines, comments }: Described,
  taken: readonly string[],
): NamedReading {
  const names = [...lines.join("\n").matchAll(/«(\w+)»/g)].map(([, name = ""]) => name);
  const isTaken = names.some((name) => taken.includes(name));
  const end = isTaken ? `_${path.replace(/^.*\//, "").replace(/\W+/g, "_")}` : "";
  const written = (one: string) => one.replaceAll(/«(\w+)»/g, `$1${end}`);
  const code = lines.map(written).join("\n");
  const about = comments.map((one) => `# ${cut(written(one), LONGEST_COMMENT)}`);
  const note = [
    `(python_run has read ${path} already)`,
    foreignText(neutralise([code, ...about].join("\n"))),
  ];
  return { code, names: names.map((name) => `${name}${end}`), note: note.join("\n") };
}

/** Python takes the mark that some programs begin a file with for a part of its first word. */
async function hasMark(path: string, workspace: Workspace): Promise<boolean> {
  const file = await workspace.read(path, 3).catch(() => undefined);
  return file !== undefined && Buffer.from(file.data).equals(Buffer.from("\uFEFF"));
}

/** @param open the line that opens it. */
function describe(path: string, text: string, open: string): Described | undefined {
  if (/\.[ct]sv$/i.test(path)) return table(open, text);
  if (/\.json$/i.test(path)) return json(open, text);
  if (/\.(?:jsonl|ndjson)$/i.test(path)) return jsonLines(open, text);
  const settings = /\.toml$/i.test(path) ? toml(open, text) : undefined;
  const sections = /\.(?:ini|cfg)$/i.test(path) ? ini(open, text) : undefined;
  return settings ?? sections ?? (TEXTS.test(path) ? plainText(open, text) : undefined);
}

/** Programs and pages are read by whom they are shown to: a program that searches them finds other places. */
const TEXTS = /\.(?:txt|text|log|md|markdown|rst|ini|cfg|conf|toml|ya?ml|properties)$/i;

/** So many words of a line are counted out. */
const MOST_WORDS = 8;

function plainText(open: string, text: string): Described {
  const [first = ""] = text.split("\n", 1);
  const words = first.trim().split(/\s+/);
  const isCut = words.length > MOST_WORDS;
  const shown = [...words.slice(0, MOST_WORDS).map(literal), ...(isCut ? ["…"] : [])].join(", ");
  return {
    lines: [open, "    «text» = file.read()", "«lines» = «text».splitlines()"],
    comments: [
      `«lines»[0].split() is [${shown}]`,
      "those with a word: [line for line in «lines» if '…' in line]",
    ],
  };
}

const DELIMITERS: readonly string[] = [",", ";", "\t", "|"];

function table(open: string, text: string): Described | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const [head = "", first] = lines;
  const parts = (delimiter: string) => head.split(delimiter).length;
  const delimiter = DELIMITERS.reduce((best, one) => (parts(one) > parts(best) ? one : best));
  const columns = fieldsOfLine(head, delimiter);
  const row = first === undefined ? undefined : fieldsOfLine(first, delimiter);
  if (columns === undefined || row === undefined || parts(delimiter) < 2) return undefined;
  const how = delimiter === "," ? "" : `, delimiter=${literal(delimiter)}`;
  const isHead = new Set(columns).size === columns.length && !columns.some(isNumber);
  const shown = isHead
    ? `{${columns.map((name, at) => `${literal(name)}: ${literal(row[at] ?? "")}`).join(", ")}}`
    : `[${columns.map(literal).join(", ")}]`;
  const reader = isHead ? "DictReader" : "reader";
  return {
    lines: ["import csv", open, `    «rows» = list(csv.${reader}(file${how}))`],
    comments: [`«rows»[0] is ${shown}`],
  };
}

const isNumber = (text: string): boolean => text.trim() === "" || !Number.isNaN(Number(text));

/** @returns `undefined` for a line that ends within a text. */
function fieldsOfLine(line: string, delimiter: string): readonly string[] | undefined {
  const fields: string[] = [];
  let field = "";
  let isQuoted = false;
  for (const mark of `${line.replace(/\r$/, "")}${delimiter}`) {
    if (mark === '"') isQuoted = !isQuoted;
    else if (mark === delimiter && !isQuoted) {
      fields.push(field);
      field = "";
    } else field += mark;
  }
  return isQuoted ? undefined : fields;
}

function json(open: string, text: string): Described | undefined {
  const value = parseJson(text);
  if (value === undefined) return undefined;
  return {
    lines: ["import json", open, "    «data» = json.load(file)"],
    comments: [...parts(value, "«data»", DEEPEST)].slice(0, MOST_COMMENTS),
  };
}

function toml(open: string, text: string): Described | undefined {
  try {
    const comments = [...parts(Bun.TOML.parse(text), "«data»", DEEPEST)].slice(0, MOST_COMMENTS);
    return { lines: ["import tomllib", open, "    «data» = tomllib.loads(file.read())"], comments };
  } catch {
    return undefined;
  }
}

/** A section, a setting or a remark; Python reads no other line as it is written. */
const INI_LINE =
  /^(?:\[(?<section>[^\]]+)\]|(?<key>[^\s=:;#[][^=:]*?)\s*[=:]\s*(?<value>.*)|[;#].*|)$/;

function ini(open: string, text: string): Described | undefined {
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => INI_LINE.exec(line.trimEnd()));
  const groups = lines.flatMap((line) => (line?.groups === undefined ? [] : [line.groups]));
  const names = groups.flatMap(({ section }) => section ?? []);
  const [name] = names;
  const from = groups.findIndex(({ section }) => section !== undefined);
  const isFirst = !groups.slice(0, from).some(({ key }) => key !== undefined);
  if (lines.includes(null) || name === undefined || !isFirst) return undefined;
  const next = groups.findIndex(({ section }, at) => at > from && section !== undefined);
  const settings = groups.slice(from + 1, next < 0 ? undefined : next);
  const first = settings.flatMap(({ key, value }) => (key ? [[key.toLowerCase(), value]] : []));
  return {
    lines: [
      "import configparser",
      open,
      "    «data» = configparser.ConfigParser(interpolation=None)",
      "    «data».read_file(file)",
    ],
    comments: [
      `«data».sections() is ${literal(names)}`,
      `dict(«data»[${literal(name)}]) is ${literal(Object.fromEntries(first))}`,
    ],
  };
}

/** What stands where in a JSON value: a list by its first item. */
function* parts(value: unknown, path: string, depth: number): Generator<string, void> {
  if (Array.isArray(value)) yield* items(value, path, depth);
  else if (isFields(value)) yield* members(value, path, depth);
  else yield `${path} is ${literal(value)}`;
}

function* items(list: readonly unknown[], path: string, depth: number): Generator<string, void> {
  const [first] = list;
  yield list.length === 0 ? `${path} is []` : `${path}[0] is ${literal(first)}`;
  if (!isFields(first)) return;
  yield* oneOf(first, path);
  for (const [name, member] of Object.entries(first)) {
    const at = `${path}[0][${literal(name)}]`;
    if (depth > 0 && Array.isArray(member)) yield* items(member, at, depth - 1);
  }
}

function* members(value: Fields, path: string, depth: number): Generator<string, void> {
  for (const [name, member] of Object.entries(value)) {
    const at = `${path}[${literal(name)}]`;
    const isDeep = depth > 0 && typeof member === "object" && member !== null;
    if (isDeep) yield* parts(member, at, depth - 1);
    else yield `${at} is ${literal(member)}`;
  }
}

/** How an item is found: small models take the first one for the one that was asked for. */
function* oneOf(item: Fields, path: string): Generator<string, void> {
  const [name] = Object.entries(item).find(([, one]) => typeof one === "string") ?? [];
  if (name === undefined) return;
  // With the value of the first one in it, that one is looked for.
  yield `one of them: next(one for one in ${path} if one[${literal(name)}] == '…')`;
}

function jsonLines(open: string, text: string): Described | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const first = parseJson(lines[0] ?? "");
  if (first === undefined) return undefined;
  return {
    lines: [
      "import json",
      open,
      "    «rows» = [json.loads(line) for line in file if line.strip()]",
    ],
    comments: [`«rows»[0] is ${literal(first)}`],
  };
}

/** A value as Python writes it, on one line; long texts and lists are shortened. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) {
    const more = value.length > 1 ? ["…"] : [];
    return `[${[...value.slice(0, 1).map(literal), ...more].join(", ")}]`;
  }
  if (!isFields(value)) return String(value);
  const members = Object.entries(value).map(([name, one]) => `${quoted(name)}: ${literal(one)}`);
  return `{${members.join(", ")}}`;
}

function quoted(text: string): string {
  const inner = JSON.stringify(cut(text, LONGEST_VALUE).replace(/[^\S \t\n\r]/g, " ")).slice(1, -1);
  return inner.includes("'") ? `"${inner}"` : `'${inner.replaceAll('\\"', '"')}'`;
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most).toWellFormed()}…` : text;
}
