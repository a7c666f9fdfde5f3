import { Database } from "bun:sqlite";
import { stem } from "#language/stem.ts";
import { contentWords, wordsOf } from "#language/text.ts";

/** What FTS5 alone makes of words. */
export type Words = "unicode61" | "porter" | "our stems";

/** SQLite's full text search over texts and nothing else: what the memory is compared with. */
export class FullText implements Disposable {
  readonly #database = new Database(":memory:");
  readonly #words: Words;

  constructor(texts: readonly string[], words: Words) {
    this.#words = words;
    const tokenize = words === "porter" ? "porter unicode61" : "unicode61";
    this.#database.run(`create virtual table text using fts5(words, tokenize = '${tokenize}')`);
    const insert = this.#database.prepare("insert into text (rowid, words) values (?, ?)");
    this.#database.transaction(() => {
      for (const [at, text] of texts.entries()) insert.run(at + 1, this.#of(text).join(" "));
    })();
  }

  /** Places of the best, best first. */
  search(question: string, most: number): readonly number[] {
    const query = [...new Set(this.#of(question))].map((word) => `"${word}"`).join(" OR ");
    return this.#database
      .query<{ rowid: number }, [string, number]>(
        "select rowid from text where text match ? order by rank limit ?",
      )
      .all(query, most)
      .map(({ rowid }) => rowid - 1);
  }

  #of(text: string): readonly string[] {
    return this.#words === "our stems" ? contentWords(text).map(stem) : wordsOf(text);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
