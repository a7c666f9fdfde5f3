import { Database, type Statement } from "bun:sqlite";
import { QUEUE_FORMAT } from "#home/queue/schema.ts";

/** The least that a queue in SQLite needs: the tables and the durability of ours, and no more. */
export class RawQueue implements Disposable {
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #take: Statement<{ number: number }, []>;
  readonly #finish: Statement;

  constructor(path: string) {
    this.#database = new Database(path, { create: true });
    this.#database.run("pragma locking_mode = exclusive");
    this.#database.run("pragma journal_mode = wal");
    this.#database.run("pragma synchronous = full");
    this.#database.run(QUEUE_FORMAT.schema);
    this.#insert = this.#database.prepare(
      `insert into job (queue, id, kind, state, rank, priority, attempt, max_attempts, token,
         created_at, changed_at, events, body)
       values ('q', ?, '', 'ready', ?, 0, 0, 5, 0, 0, 0, 0, ?)`,
    );
    this.#take = this.#database.prepare(
      `update job set state = 'running', token = token + 1 where number =
         (select number from job where queue = 'q' and state = 'ready' order by rank limit 1)
       returning number`,
    );
    this.#finish = this.#database.prepare("update job set state = 'done' where number = ?");
  }

  /** In a transaction of its own: on disk when it returns. */
  enqueue(id: number, body: string): void {
    this.#insert.run(`${id}`, id, body);
  }

  /** All in one transaction. */
  enqueueAll(ids: readonly number[], body: string): void {
    this.#database.transaction(() => {
      for (const id of ids) this.enqueue(id, body);
    })();
  }

  /** Takes the next job and finishes it, each in a transaction of its own. */
  work(): void {
    this.#finish.run(this.#take.get()?.number ?? 0);
  }

  [Symbol.dispose](): void {
    this.#database.close(true);
  }
}
