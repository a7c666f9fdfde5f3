import { Database } from "bun:sqlite";
import type { SearchDocument } from "./document.ts";
import { stem } from "./stem.ts";
import { wordsOf } from "./text.ts";

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
    const { name, description, asks } = WEIGHTS;
    const query = stems.map((one) => `"${one.replaceAll('"', "")}"`).join(" OR ");
    const rows = this.#database
      .query<{ rowid: number }, [string, number]>(
        `select rowid from tool where tool match ?
         order by bm25(tool, ${name}, ${description}, ${asks}), rowid limit ?`,
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
