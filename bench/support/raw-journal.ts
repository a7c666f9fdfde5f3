import { Database, type Statement } from "bun:sqlite";
import type { JournaledEvent } from "#core/events.ts";
import { SCHEMA } from "#home/journal/schema.ts";

interface NewEntry {
  readonly key: string;
  readonly event: JournaledEvent;
}

/** The least that a log in SQLite needs: the tables and the durability of the journal, and no more. */
export class RawJournal implements Disposable {
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #select: Statement<{ body: string }, [string]>;
  #head = 0;

  constructor(path: string) {
    this.#database = new Database(path, { create: true });
    this.#database.run("pragma locking_mode = exclusive");
    this.#database.run("pragma journal_mode = wal");
    this.#database.run("pragma synchronous = full");
    this.#database.run(SCHEMA);
    this.#insert = this.#database.prepare("insert into event values (?, ?, ?, ?, ?)");
    this.#select = this.#database.prepare("select body from event where room = ? order by seq");
  }

  /** In a transaction of its own: on disk when it returns. */
  append(room: string, { key, event }: NewEntry): void {
    this.#head += 1;
    this.#insert.run(room, this.#head, key, Date.now(), JSON.stringify(event));
  }

  /** All in one transaction. */
  appendAll(room: string, entries: readonly NewEntry[]): void {
    this.#database.transaction(() => {
      for (const entry of entries) this.append(room, entry);
    })();
  }

  readAll(room: string): readonly JournaledEvent[] {
    return this.#select.all(room).map(({ body }) => JSON.parse(body));
  }

  [Symbol.dispose](): void {
    this.#database.close(true);
  }
}
