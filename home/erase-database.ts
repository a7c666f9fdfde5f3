/** Removes a text from a database of a home, whatever its tables are, so that no page of the file holds it any more. */
import { Database, type SQLQueryBindings } from "bun:sqlite";
import { changeStored } from "#core/text/change-stored.ts";

/** How long other processes are waited for that read or write, in milliseconds. */
const BUSY_MS = 5000;

type ChangeText = (text: string) => string;
type Row = Readonly<Record<string, SQLQueryBindings>>;

interface Column {
  readonly name: string;
  readonly type: string;
  /** Its position in the primary key, from 1; 0: it is not part of it. */
  readonly pk: number;
}

interface Trigger {
  readonly name: string;
  readonly sql: string;
}

/**
 * Changes the texts in all columns of text, in JSON too. A row that is found by a text that changes goes as a whole. Not
 * for a file that a process keeps for itself, and not for one with tables that are more than rows.
 *
 * @param path of a database that is there.
 * @param change the same text where there is nothing to erase.
 * @returns how many rows were changed.
 * @throws SQLiteError for a damaged file, a full disk, and one that another process does not let go of.
 */
export function eraseInDatabase(path: string, change: ChangeText): number {
  using database = new Database(path, { readwrite: true, create: false });
  database.run(`pragma busy_timeout = ${BUSY_MS}`);
  database.run("pragma secure_delete = on");
  const changed = database.transaction(() => eraseRows(database, change)).immediate();
  sweepPages(database);
  return changed;
}

/** The same inside a transaction of who has the file open; {@link sweepPages} has to follow. */
export function eraseRows(database: Database, change: ChangeText): number {
  // What keeps rows from being changed is not meant for what a human has forgotten.
  const triggers = database
    .query<Trigger, []>("select name, sql from sqlite_schema where type = 'trigger'")
    .all();
  for (const { name } of triggers) database.run(`drop trigger ${quoted(name)}`);
  const tables = database
    .query<{ name: string }, []>(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
    )
    .all();
  const changed = tables.reduce((sum, { name }) => sum + eraseIn(database, name, change), 0);
  for (const { sql } of triggers) database.run(sql);
  return changed;
}

/** Also pages that nothing uses, and the log: rows that were deleted long ago stand there. */
export function sweepPages(database: Database): void {
  database.run("vacuum");
  database.run("pragma wal_checkpoint(truncate)");
}

function eraseIn(database: Database, table: string, change: ChangeText): number {
  const columns = database
    .query<Column, [string]>("select name, type, pk from pragma_table_info(?)")
    .all(table);
  const texts = columns.filter(({ type }) => type.toLowerCase() === "text");
  const keys = columns.filter(({ pk }) => pk > 0).map(({ name }) => quoted(name));
  const unique = new Set(
    database
      .query<{ name: string }, [string]>(
        `select info.name from pragma_index_list(?) as list, pragma_index_info(list.name) as info where list."unique" = 1`,
      )
      .all(table)
      .map(({ name }) => name),
  );
  const found = keys.length === 0 ? ["rowid"] : keys;
  const selected = [...found, ...texts.map(({ name }) => quoted(name))].join(", ");
  const where = found.map((name) => `${name} is ?`).join(" and ");
  const select = database.query<Row, []>(`select ${selected} from ${quoted(table)}`);
  // All of them are found first: a row that is written while others are read may be met twice.
  const changes = Iterator.from(select.iterate())
    .flatMap((row) => {
      const values = changesOf(row, texts, change);
      const at = found.map((name) => row[unquoted(name)] ?? null);
      return values === undefined ? [] : [{ values, at }];
    })
    .toArray();
  for (const { values, at } of changes) {
    const isKey = [...values.keys()].some((name) => unique.has(name));
    const set = [...values.keys()].map((name) => `${quoted(name)} = ?`).join(", ");
    const [sql, bound] = isKey
      ? [`delete from ${quoted(table)} where ${where}`, at]
      : [`update ${quoted(table)} set ${set} where ${where}`, [...values.values(), ...at]];
    database.query<unknown, SQLQueryBindings[]>(sql).run(...bound);
  }
  return changes.length;
}

/** @returns what is to be written, by columns; `undefined` where nothing changes. */
function changesOf(
  row: Row,
  texts: readonly Column[],
  change: ChangeText,
): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  for (const { name } of texts) {
    const value = row[name];
    const rest = typeof value === "string" ? changeStored(value, change) : value;
    if (typeof rest === "string" && rest !== value) values.set(name, rest);
  }
  return values.size === 0 ? undefined : values;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
