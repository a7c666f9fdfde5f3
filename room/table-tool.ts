/** The tables of the workspace for a turn of a small model. */
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { foreignText } from "#models/extract/foreign-text.ts";
import type { DynamicTools } from "#tools/dynamic-tools.ts";
import { isAbout } from "#tools/tables/named-conditions.ts";
import { readTable, TABLE_FILES, TEXT_FILES } from "#tools/tables/read-table.ts";
import { aboutTable, sqlTables } from "#tools/tables/sql-table.ts";
import type { Table } from "#tools/tables/table.ts";
import { tableQuery } from "#tools/tables/table-query.ts";
import type { Tool } from "#tools/tool.ts";
import { COMPARES, isNamedIn, namedPaths } from "./file-list.ts";
import type { Workspace } from "./workspace.ts";

/** Among so many files tables are looked for. */
const MOST_LISTED = 64;
/** The description of each takes some 150 tokens. */
const MOST_TABLES = 4;
/** Of a longer file a program has to be written: a part of its rows would give wrong counts. */
const MOST_BYTES = 1_048_576;

export interface TableContext {
  readonly workspace: Workspace;
  readonly cleaner: TextCleaner;
  /** Runs programs of Python in the sandbox. @default no table is queried */
  readonly python: Tool | undefined;
  /** The files are a repository, where messages are mostly tasks: only tables are queried that the line asks about alone. @default false */
  readonly isRepository?: boolean | undefined;
}

export interface QueryTables {
  readonly dynamic: DynamicTools;
  /** The tables, as text for a model. */
  readonly about: string;
  /** A turn begins with it. */
  readonly isFirst: boolean;
}

/**
 * @param line what the user wrote; where it names files, only they are queried.
 * @param dynamic the tools of the turn so far.
 * @returns the same with `table_query`; nothing where no table is queried.
 */
export async function withTableQuery(
  line: string,
  dynamic: DynamicTools | undefined,
  context: TableContext,
): Promise<QueryTables | undefined> {
  if (context.python === undefined) return undefined;
  const { paths } = await context.workspace.list(MOST_LISTED);
  const named = context.isRepository === true ? queriedData(line, paths) : namedPaths(line, paths);
  if (context.isRepository === true && named.length === 0) return undefined;
  const candidates =
    named.length > 0 ? named.filter(isTable) : paths.filter((path) => TABLE_FILES.test(path));
  const read: Table[] = [];
  for (const path of candidates.slice(0, MOST_TABLES)) {
    const table = await tableOf(path, context);
    if (table !== undefined) read.push(table);
  }
  // A line that names no file may be about anything: models ask tables for the letters of a word.
  const tables = sqlTables(read).filter((table) => named.length > 0 || isAbout(line, table));
  if (tables.length === 0) return undefined;
  const isCompared = COMPARES.test(line) && named.length > 1;
  // No query joins a sentence with a table: the text goes into the prompt beside the tables.
  const hasProse = named.length > 1 && read.some(isProse);
  const isFirst =
    named.length > 0 &&
    !isCompared &&
    !hasProse &&
    named.every((path) => isQueriedFirst(path, line));
  const tool = tableQuery(tables, { line, python: context.python, isFirst });
  const about = tables.map((table) => foreignText(context.cleaner.clean(aboutTable(table, line))));
  return { dynamic: extended(dynamic, tool), about: about.join("\n\n"), isFirst };
}

/** The same tools and one more. */
export function extended(dynamic: DynamicTools | undefined, tool: Tool): DynamicTools {
  return {
    get declared() {
      return [tool, ...(dynamic?.declared ?? [])];
    },
    names: [tool.name, ...(dynamic?.names ?? [])],
    notice: dynamic?.notice,
    find: (name) => (name === tool.name ? tool : dynamic?.find(name)),
  };
}

/** Tables that a repository keeps as data; settings of programs (`.toml`, `.json`) are read and changed as texts. */
const DATA_FILES = /\.(?:[ct]sv|jsonl|ndjson)$/i;
/** What is to be done with files, in English, German, French and Spanish. */
const TASKS = new RegExp(
  `(?:^|[.!?:;,]\\s*|(?<!\\p{L})(?:and|then|please|you|to|und|bitte|et|y)\\s+)(?:${[
    "add|append|insert|write|save|store|create|make|generate|change|edit|update|set|replace|rename|remove|delete|drop|move",
    "convert|fix|mend|correct|implement|refactor|test|import|export|merge|put|turn",
    "füge?|schreib\\p{L}*|speicher\\p{L}*|änder\\p{L}*|ersetz\\p{L}*|lösch\\p{L}*|entfern\\p{L}*|erstell\\p{L}*",
    "ajoute\\p{L}*|écri[rstv]\\p{L}*|modifie\\p{L}*|remplace\\p{L}*|supprime\\p{L}*|crée\\p{L}*",
    "añad\\p{L}*|escrib\\p{L}*|cambi\\p{L}*|reemplaz\\p{L}*|borr\\p{L}*|elimin\\p{L}*|crea\\p{L}*",
  ].join("|")})(?!\\p{L})`,
  "imu",
);

/** The data that a line names and no other file, where it asks and gives no task: else a small model writes the file anew. */
function queriedData(line: string, paths: readonly string[]): readonly string[] {
  const named = paths.filter((path) => isNamedIn(line, path));
  return !TASKS.test(line) && named.every((path) => DATA_FILES.test(path)) ? named : [];
}

function isTable(path: string): boolean {
  return TABLE_FILES.test(path) || TEXT_FILES.test(path);
}

/**
 * Who names a table asks it: a model that has programs as well writes one, most often a wrong one. A short text stands in the
 * prompt, and a model that sees it counts in its head; what it says word for word needs no query.
 */
function isQueriedFirst(path: string, line: string): boolean {
  return TABLE_FILES.test(path) || (TEXT_FILES.test(path) && ASKS_FOR_ORDER.test(line));
}

/** Of the lines of a letter few say something in a form that others have. */
const FEW = 0.25;
/** What each line has, what a letter has at its head, and where a line stands. */
const NO_FORM: ReadonlySet<string> = new Set([
  ...["line", "text", "words", "date", "time", "weekday", "section", "heading_level"],
]);

/** Whether a text is not a list of records. */
function isProse({ path, rows }: Table): boolean {
  const formed = rows.filter((row) => Object.keys(row).some((name) => !NO_FORM.has(name)));
  return TEXT_FILES.test(path) && formed.length < rows.length * FEW;
}

/** Numbers, sums and ends of an order, as people ask for them in English, German, French and Spanish. */
const ASKS_FOR_ORDER =
  /\b(?:how (?:many|much|often|long)|count|number of|total|altogether|sum|average|mean|first|last|latest|earliest|most|fewest|least|longest|shortest|largest|smallest|highest|lowest|strongest|biggest|which line|between|wie ?viele?|wie oft|summe|durchschnitt|erste[rsn]?|letzte[rsn]?|meisten|combien|somme|moyenne|premi[eè]re?|derni[eè]re?|plus|cu[aá]nt[oa]s?|suma|media|primer[oa]?|[uú]ltim[oa])\b/i;

async function tableOf(
  path: string,
  { workspace, cleaner }: TableContext,
): Promise<Table | undefined> {
  // It may be gone by now, or replaced by a link.
  const file = await workspace.read(path, MOST_BYTES).catch(() => undefined);
  if (file === undefined || file.bytes > MOST_BYTES) return undefined;
  const text = await cleaner.cleanInSlices(new TextDecoder().decode(file.data));
  return readTable(cleaner.clean(path), text);
}
