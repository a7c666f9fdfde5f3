/**
 * Group commit: all writes that arrive in one turn of the event loop share one transaction and one
 * fsync. Each has its own savepoint, so that one refused write does not take the others with it.
 */
import { type Database, SQLiteError, type Statement } from "bun:sqlite";
import { errnoOf } from "#platform/files.ts";

/** Most writes in one transaction: about 10 ms of work, after which others get the event loop. */
const MAX_BATCH = 512;

interface Write {
  /** Does the work inside the transaction and returns what confirms it once that is durable. */
  readonly attempt: () => () => void;
  readonly reject: (error: unknown) => void;
}

interface Refusal {
  /** What a writer gets. */
  readonly failure: unknown;
  /** What the disk answered, where that is the reason. */
  readonly broken?: unknown;
}

export interface CommitHooks {
  /** After a transaction is durable and its writers know it. */
  readonly committed: () => void;
  /** A write was undone: what was remembered of it is wrong. */
  readonly rolledBack: () => void;
  /** Makes of SQLite's error one for a person. */
  readonly explain: (error: SQLiteError) => Error;
}

export class CommitQueue {
  readonly #database: Database;
  readonly #hooks: CommitHooks;
  readonly #statements: Readonly<Record<Step, Statement>>;
  readonly #waiting: Write[] = [];
  /** Set once nothing may be written any more. */
  #refusal: Refusal | undefined;

  constructor(database: Database, hooks: CommitHooks) {
    this.#database = database;
    this.#hooks = hooks;
    this.#statements = {
      begin: database.prepare("begin immediate"),
      commit: database.prepare("commit"),
      rollback: database.prepare("rollback"),
      save: database.prepare("savepoint write"),
      release: database.prepare("release write"),
      undo: database.prepare("rollback to write"),
    };
  }

  /** What the disk answered when nothing more was written from then on; `undefined` while all is well. */
  get broken(): unknown {
    return this.#refusal?.broken;
  }

  /**
   * Runs `work` in the next transaction.
   *
   * @returns its result, once it is durable; what it throws undoes it alone and rejects.
   */
  submit<T>(work: () => T): Promise<T> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal.failure);
    return new Promise<T>((resolve, reject) => {
      const attempt = () => {
        const value = work();
        return () => resolve(value);
      };
      this.#waiting.push({ attempt, reject });
      // The waiting caller has scheduled it.
      if (this.#waiting.length === 1) this.#schedule();
    });
  }

  /** Commits what waits, and from then on refuses with `failure`. */
  close(failure: Error): void {
    while (this.#waiting.length > 0) this.#commitBatch();
    this.#refuse({ failure, broken: this.broken });
  }

  #schedule(): void {
    // Not a microtask: everybody who is ready in this turn of the event loop should get on board.
    setImmediate(() => {
      this.#commitBatch();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #commitBatch(): void {
    const batch = this.#waiting.splice(0, MAX_BATCH);
    if (batch.length === 0) return;
    const answers: (() => void)[] = [];
    try {
      this.#statements.begin.run();
      for (const write of batch) answers.push(this.#attempt(write));
      this.#statements.commit.run();
    } catch (error) {
      this.#fail(batch, error);
      return;
    }
    for (const answer of answers) answer();
    this.#hooks.committed();
  }

  #attempt(write: Write): () => void {
    this.#statements.save.run();
    try {
      const answer = write.attempt();
      this.#statements.release.run();
      return answer;
    } catch (error) {
      // On a full disk or an I/O error SQLite may have given up the whole transaction by itself.
      if (!this.#database.inTransaction) throw error;
      this.#statements.undo.run();
      this.#statements.release.run();
      this.#hooks.rolledBack();
      return () => write.reject(this.#explain(error));
    }
  }

  #fail(batch: readonly Write[], error: unknown): void {
    const failure = this.#explain(error);
    if (this.#database.inTransaction) this.#statements.rollback.run();
    this.#hooks.rolledBack();
    for (const write of batch) write.reject(failure);
    // After a failed write or fsync it is unknown what is on disk, and a second fsync may claim success
    // without having written (https://lwn.net/Articles/752063/): only opening the file again tells.
    if (!/IOERR|CORRUPT/.test(errnoOf(error))) return;
    this.#refuse({ failure, broken: error });
  }

  #refuse(refusal: Refusal): void {
    this.#refusal = refusal;
    for (const write of this.#waiting.splice(0)) write.reject(refusal.failure);
  }

  #explain(error: unknown): unknown {
    return error instanceof SQLiteError ? this.#hooks.explain(error) : error;
  }
}

type Step = "begin" | "commit" | "rollback" | "save" | "release" | "undo";
