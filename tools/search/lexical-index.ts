import { Database } from "bun:sqlite";
import { stem } from "#language/stem.ts";
import { wordsOf } from "#language/text.ts";
import type { SearchDocument } from "./document.ts";

/** A name says more than a description, which says more than the ways to ask. */
const WEIGHTS = { name: 4, description: 1, asks: 1 } as const;

/** Full text search with BM25 by SQLite's FTS5, over stems. */
export class LexicalIndex implements Disposable {
  readonly #database = new Database(":memory:", { strict: true });

  constructor(documents: readonly SearchDocument[]) {
    // Stems are made here, so that what is indexed and what is asked cannot differ; contents are not kept.
    this.#database.run(`
      create virtual table tool using fts5(
        name, description, asks, content = '', tokenize = 'ascii'
      )`);
    // As a setting and not in each query: FTS5 then keeps only the best while it goes through them.
    const { name, description, asks } = WEIGHTS;
    const rank = `bm25(${name}.0, ${description}.0, ${asks}.0)`;
    this.#database.run("insert into tool (tool, rank) values ('rank', ?)", [rank]);
    const insert = this.#database.prepare(
      "insert into tool (rowid, name, description, asks) values (?, ?, ?, ?)",
    );
    const fill = this.#database.transaction(() => {
      for (const [index, { name, description, asks }] of documents.entries()) {
        insert.run(index + 1, stems(name), stems(description), stems(asks.join(" ")));
      }
    });
    fill();
  }

  /** Indexes of the documents that have one of the stems, best first. */
  search(stems: readonly string[], most: number): readonly number[] {
    if (stems.length === 0) return [];
    const query = stems.map((one) => `"${one.replaceAll('"', "")}"`).join(" OR ");
    const rows = this.#database
      .query<{ rowid: number }, [string, number]>(
        "select rowid from tool where tool match ? order by rank limit ?",
      )
      .all(query, most);
    return rows.map(({ rowid }) => rowid - 1);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

function stems(text: string): string {
  return wordsOf(text).map(stem).join(" ");
}
