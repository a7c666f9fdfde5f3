import { isFields, parseJson } from "#core/json.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { wordsOf } from "#language/text.ts";
import { foreignText } from "#models/extract/foreign-text.ts";
import { neutralise } from "#models/extract/neutralise.ts";
import { TABLE_FILES } from "#tools/tables/read-table.ts";
import { differingLines } from "./differing-lines.ts";
import { linkedLines, type SearchedText } from "./linked-lines.ts";
import type { Workspace } from "./workspace.ts";

/** So many files are named to a model. */
const MOST_NAMED = 16;
/** Most files whose structure is described. */
const MAX_DESCRIBED = 8;
/** Of each so many bytes are looked at: a JSON file that is longer has no structure to describe. */
const MOST_BYTES = 32_768;
/** Longest description of one file, in characters. */
const LONGEST = 140;
/** Members of an object that are named, and how deep. */
const MOST_MEMBERS = 5;
const DEEPEST = 3;
/** Of a text within a JSON file, in characters. */
const LONGEST_VALUE = 16;

/**
 * The files that programs find where they start, for the prompt of a small model: names, columns and members, which such
 * models otherwise invent. What they hold is data: it cannot end the line that it stands in.
 *
 * @param cleaner takes out secrets and control characters before anything is cut.
 * @returns `undefined` where there is none.
 */
export async function fileList(
  workspace: Workspace,
  cleaner: TextCleaner,
): Promise<string | undefined> {
  const { paths, isWhole } = await workspace.list(MOST_NAMED);
  if (paths.length === 0) return undefined;
  const descriptions = await Promise.all(
    paths.slice(0, MAX_DESCRIBED).map((path) => describe(path, workspace, cleaner)),
  );
  const named = paths.map(
    (path, index) => `- ${oneLine(cleaner.clean(path))}${descriptions[index] ?? ""}`,
  );
  return neutralise([...named, ...(isWhole ? [] : ["- and others"])].join("\n"));
}

/** Without it a small model runs programs for what it has read, or counts in its head. */
const AFTER_NAMED =
  "What stands in it word for word, answer at once. To count, compare or compute,";
const BY_PROGRAM = "run a program that reads the file.";
const BY_QUERY = "use table_query.";
/** A file that a line names stands whole in the prompt up to so many characters, else so much of its beginning. */
const MOST_WHOLE = 1000;
const MOST_BEGINNING = 600;
/** So many files of one line. */
const MOST_OPENED = 3;
/** Among so many files the named ones are looked for. */
const MOST_LISTED = 64;

export interface NamedFilesOptions {
  readonly workspace: Workspace;
  /** Takes out secrets and control characters before anything is cut. */
  readonly cleaner: TextCleaner;
  /** Tables that the turn can query. @default none */
  readonly tables?: object | undefined;
}

/**
 * The files that a line of the human names without attaching them, as far as they are short texts: a small model that sees
 * one need not guess what is in it.
 *
 * @param line what the human wrote.
 * @returns `undefined` where there is none to show.
 */
export async function namedFiles(
  line: string,
  { workspace, cleaner, tables }: NamedFilesOptions,
): Promise<string | undefined> {
  const { paths } = await workspace.list(MOST_LISTED);
  // A model that sees a whole table does sums in its head: of these the list tells how they are built.
  const texts = paths.filter((path) => !TABLE_FILES.test(path));
  const byName = namedPaths(line, paths);
  const named = texts.filter((path) => byName.includes(path));
  const sections: string[] = [];
  const searched: SearchedText[] = [];
  for (const path of named.slice(0, MOST_OPENED)) {
    const text = await readText(path, workspace, cleaner);
    if (text === undefined) continue;
    const name = neutralise(oneLine(cleaner.clean(path)));
    sections.push(fileSection(name, foreignText(text)));
    if (text.trimEnd().length > MOST_WHOLE) searched.push({ path: name, text });
  }
  const isUnnamed = !paths.some((path) => isNamedIn(line, path));
  const others = isUnnamed ? texts.filter((path) => !named.includes(path)) : [];
  for (const path of others.slice(0, MOST_NAMED)) {
    const text = await readText(path, workspace, cleaner);
    if (text !== undefined) searched.push({ path: neutralise(oneLine(cleaner.clean(path))), text });
  }
  sections.push(...(await comparedFiles(line, paths, { workspace, cleaner })));
  const links = linkedLines(line, searched).map((link) => oneLine(foreignText(link)));
  if (links.length > 0) sections.push([FOUND, ...links, FOUND_END].join("\n"));
  if (sections.length === 0) return undefined;
  const commands = ASKS_FOR_OUTPUT.test(line) ? named.flatMap((path) => commandOf(path) ?? []) : [];
  const runs = commands.map((command) => `What it prints, only a run tells: ${command}`);
  const how = `${AFTER_NAMED} ${tables === undefined ? BY_PROGRAM : BY_QUERY}`;
  return [...sections, [how, ...runs].join("\n")].join("\n\n");
}

/** How two files differ that a line compares. */
async function comparedFiles(
  line: string,
  paths: readonly string[],
  { workspace, cleaner }: NamedFilesOptions,
): Promise<readonly string[]> {
  const both = COMPARES.test(line) ? paths.filter((path) => isNamedIn(line, path)) : [];
  if (both.length !== 2) return [];
  const read = await Promise.all(both.map((path) => readText(path, workspace, cleaner)));
  const texts = read.map((text) => text ?? "");
  const found = differingLines(both, texts).map((one) => oneLine(foreignText(one)));
  return found.length === 0 ? [] : [found.join("\n")];
}

/** What asks for a comparison, in English, German, French and Spanish. */
export const COMPARES: RegExp =
  /(?<!\p{L})(?:differ(?:s|ing|ences?)?|compar(?:e|ed|es|ing|ison|er|ar|ez)|unterschied\p{L}*|unterscheiden|vergleich\p{L}*|diff[èé]rences?|diferencias?)(?!\p{L})/iu;

const FOUND = "(found by a search for the words of this line)";
const FOUND_END = "(end of what was found)";
/** In English; in other languages the prompt says how to run a program, only less plainly. */
export const ASKS_FOR_OUTPUT: RegExp = /\b(?:print(?:s|ed)?|outputs?|runs?|running|execut\w+)\b/i;

/** With its folders or without, as a word of its own; behind an @ it is attached already. */
export function isNamedIn(line: string, path: string): boolean {
  const names = [path, path.slice(path.lastIndexOf("/") + 1)].map(RegExp.escape);
  return new RegExp(`(?<![\\w@./-])(?:${names.join("|")})(?![\\w/-]|\\.\\w)`, "i").test(line);
}

/**
 * The files that a line names, by their names with the end, or, where there is none such, by the words of a name: "according to
 * the notice", and "the mail about maintenance" for `mail-maintenance.txt`.
 */
export function namedPaths(line: string, paths: readonly string[]): readonly string[] {
  const whole = paths.filter((path) => isNamedIn(line, path));
  if (whole.length > 0) return whole;
  const words = new Set(wordsOf(line));
  return paths.filter((path) => {
    const [, name = ""] = /([^/]+)\.\w+$/.exec(path) ?? [];
    const own = wordsOf(name);
    return name.length >= LEAST_NAME && own.length > 0 && own.every((word) => words.has(word));
  });
}

/** A shorter name of a file is most often another word of the line. */
const LEAST_NAME = 4;

/** Users ask on which line something stands, and models cannot count. */
function numbered(text: string): string {
  return text
    .split("\n")
    .map((line, index) => `${index + 1} ${line}`)
    .join("\n");
}

/** What runs a program: asked what one does, small models reckon instead of running it. */
const RUNNERS: Readonly<Record<string, string>> = { py: "python3", sh: "sh" };

function commandOf(path: string): string | undefined {
  const runner = RUNNERS[/^[\w./-]+\.(?<end>\w+)$/.exec(path)?.groups?.["end"] ?? ""];
  return runner === undefined ? undefined : `${runner} ${path}`;
}

function howToRun(path: string): string {
  const command = commandOf(path);
  return command === undefined ? "" : `, which the command \`${command}\` runs`;
}

function fileSection(path: string, text: string): string {
  const whole = text.trimEnd();
  if (whole.length <= MOST_WHOLE)
    return `(the file ${path}${howToRun(path)})\n${numbered(whole)}\n(end of ${path})`;
  const beginning = whole.slice(0, MOST_BEGINNING);
  const cut = beginning.slice(0, Math.max(beginning.lastIndexOf("\n"), 0)) || beginning;
  const more = whole.slice(cut.length).replace(/^\n/, "").split("\n").length;
  return `(the beginning of ${path}${howToRun(path)})\n${numbered(cut.toWellFormed())}\n(${more} more lines of ${path})`;
}

async function describe(path: string, workspace: Workspace, cleaner: TextCleaner): Promise<string> {
  const text = await readText(path, workspace, cleaner);
  if (text === undefined) return "";
  const json = path.endsWith(".json") ? parseJson(text) : undefined;
  const description = json === undefined ? beginning(path, text) : structure(json, DEEPEST);
  const cut = description.length > LONGEST ? `${description.slice(0, LONGEST)}…` : description;
  return `: ${oneLine(cut)}`;
}

/** @returns `undefined` for what is not text, or empty. */
async function readText(
  path: string,
  workspace: Workspace,
  cleaner: TextCleaner,
): Promise<string | undefined> {
  // It may be gone by now, or replaced by a link: then its name is all there is.
  const file = await workspace.read(path, MOST_BYTES).catch(() => undefined);
  // As a stream: the last character may lie beyond what was read.
  const read = file === undefined ? "" : new TextDecoder().decode(file.data, { stream: true });
  if (read.includes("\0")) return undefined;
  const text = await cleaner.cleanInSlices(read);
  return text.trim() === "" || /[\0\uFFFD]/.test(text) ? undefined : text;
}

/** The first line of a text; of a table the columns and the first row. */
function beginning(path: string, text: string): string {
  const lines = text.split("\n", 20).map((line) => line.trim());
  const full = lines.filter((line) => line !== "");
  return full.slice(0, /\.[ct]sv$/.test(path) ? 2 : 1).join(" / ");
}

/** How a JSON value is built, with its first values as examples. */
function structure(value: unknown, depth: number): string {
  if (Array.isArray(value)) {
    if (depth === 0 || value.length === 0) return `[${value.length} items]`;
    return `[${structure(value[0], depth - 1)}, … ${value.length} items]`;
  }
  if (isFields(value)) {
    const members = Object.entries(value);
    if (depth === 0) return "{…}";
    const rendered = members.slice(0, MOST_MEMBERS).map(([name, member], index) => {
      // What stands beside the first one is most often built alike.
      return `${JSON.stringify(name)}: ${structure(member, index < 2 ? depth - 1 : 0)}`;
    });
    const more = members.length > MOST_MEMBERS ? [`… ${members.length} members`] : [];
    return `{${[...rendered, ...more].join(", ")}}`;
  }
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").toWellFormed();
}
