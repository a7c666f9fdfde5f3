/** The tables of the workspace for a turn of a small model. */
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { DynamicTools } from "#tools/dynamic-tools.ts";
import { readTable, TABLE_FILES, type Table } from "#tools/tables/read-table.ts";
import { TABLE_QUERY, tableQuery } from "#tools/tables/table-query.ts";
import { isNamedIn } from "./file-list.ts";
import type { Workspace } from "./workspace.ts";

/** Among so many files tables are looked for. */
const MOST_LISTED = 64;
/** Each is a part of the grammar that holds the reply. */
const MOST_TABLES = 6;
/** Of a longer file a program has to be written: a part of its rows would give wrong counts. */
const MOST_BYTES = 1_048_576;

interface Place {
  readonly workspace: Workspace;
  readonly cleaner: TextCleaner;
}

/**
 * @param line what the user wrote: files that it names go before all others.
 * @param dynamic the tools of the turn so far.
 * @returns the same with `table_query`, where there is a table.
 */
export async function withTableQuery(
  line: string,
  dynamic: DynamicTools | undefined,
  place: Place,
): Promise<DynamicTools | undefined> {
  const { paths } = await place.workspace.list(MOST_LISTED);
  const files = paths.filter((path) => TABLE_FILES.test(path));
  const named = paths.filter((path) => isNamedIn(line, path));
  // Who names a text does not ask a table.
  const asked = named.length === 0 ? files : files.filter((path) => named.includes(path));
  const tables: Table[] = [];
  for (const path of asked.slice(0, MOST_TABLES)) {
    const table = await tableOf(path, place);
    if (table !== undefined) tables.push(table);
  }
  if (tables.length === 0) return dynamic;
  // Who names tables alone asks them: a model that has programs as well writes one, most often a wrong one.
  const isFirst = named.length > 0 && named.every((path) => TABLE_FILES.test(path));
  const tool = tableQuery(tables, line, isFirst);
  return {
    get declared() {
      return [tool, ...(dynamic?.declared ?? [])];
    },
    names: [TABLE_QUERY, ...(dynamic?.names ?? [])],
    notice: dynamic?.notice,
    find: (name) => (name === TABLE_QUERY ? tool : dynamic?.find(name)),
  };
}

async function tableOf(path: string, { workspace, cleaner }: Place): Promise<Table | undefined> {
  // It may be gone by now, or replaced by a link.
  const file = await workspace.read(path, MOST_BYTES).catch(() => undefined);
  if (file === undefined || file.bytes > MOST_BYTES) return undefined;
  const text = await cleaner.cleanInSlices(new TextDecoder().decode(file.data));
  return readTable(cleaner.clean(path), text);
}
