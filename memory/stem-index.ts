/** Full text over our stems, by SQLite's FTS5: what texts hold, and not the texts. */
import type { Database } from "bun:sqlite";
import { stem } from "#language/stem.ts";
import { contentStems, contentWords } from "#language/text.ts";

/** Words of a question that are looked for: a pasted page is not a question. */
const MOST_STEMS = 40;

export class StemIndex {
  readonly #database: Database;
  readonly #table: "note_fts" | "episode_fts";

  constructor(database: Database, table: "note_fts" | "episode_fts") {
    this.#database = database;
    this.#table = table;
  }

  insert(id: number, text: string): void {
    // Each as often as it stands there: BM25 counts them.
    const stems = contentWords(text).map(stem).join(" ");
    this.#database
      .query<unknown, [number, string]>(`insert into ${this.#table} (rowid, stems) values (?, ?)`)
      .run(id, stems);
  }

  remove(id: number): void {
    this.#database.query<unknown, [number]>(`delete from ${this.#table} where rowid = ?`).run(id);
  }

  /** Numbers of the texts that have one of the stems, best first by BM25. */
  ranked(stems: readonly string[], most: number): readonly number[] {
    return this.#match(stems.map(quoted).join(" OR "), "order by rank limit ?", most);
  }

  /** Numbers of the texts that have a stem. */
  having(one: string): readonly number[] {
    return this.#match(quoted(one), "limit ?", -1);
  }

  /** Puts all parts into one, without what was removed: until then its words stand in the file. */
  sweep(): void {
    this.#database.run(`insert into ${this.#table} (${this.#table}) values ('optimize')`);
  }

  #match(query: string, rest: string, most: number): readonly number[] {
    if (query === "") return [];
    return this.#database
      .query<{ rowid: number }, [string, number]>(
        `select rowid from ${this.#table} where ${this.#table} match ? ${rest}`,
      )
      .all(query, most)
      .map(({ rowid }) => rowid);
  }
}

/** The stems by which a question is looked for. */
export function questionStems(question: string): readonly string[] {
  return contentStems(question).slice(0, MOST_STEMS);
}

function quoted(one: string): string {
  return `"${one.replaceAll('"', "")}"`;
}
