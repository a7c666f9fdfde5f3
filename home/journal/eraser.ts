/** Removes a text from a journal file, so that no page of it holds it any more. */
import { type Database, SQLiteError } from "bun:sqlite";
import type { Erasure } from "#core/journal.ts";
import type { CommitQueue } from "./commit-queue.ts";
import { erasedBody } from "./erased-body.ts";
import type { FreezableFile } from "./frozen-file.ts";

/** Entries that are looked at before others get the event loop. */
const PAGE = 128;

interface EventRow {
  readonly seq: number;
  readonly body: string;
}

export interface EraserParts {
  readonly database: Database;
  readonly queue: CommitQueue;
  readonly freezable: FreezableFile;
  readonly explain: (error: SQLiteError) => Error;
}

export class Eraser {
  readonly #parts: EraserParts;
  /** One after the other: each writes entries as it has read them. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: EraserParts) {
    this.#parts = parts;
  }

  /** @param rooms all there are. @returns how many entries were changed. */
  erase(erasure: Erasure, rooms: readonly string[]): Promise<number> {
    const erased = this.#last.then(() => this.#eraseAll(erasure, rooms));
    this.#last = erased.catch(() => undefined);
    return erased;
  }

  /** What a process left that was killed before the pages were swept. A full disk leaves it to the next time. */
  finish(): void {
    try {
      if (this.#isMarked()) this.#sweep();
    } catch (error) {
      if (!(error instanceof SQLiteError)) throw error;
    }
  }

  async #eraseAll(erasure: Erasure, rooms: readonly string[]): Promise<number> {
    let changed = 0;
    for (const room of rooms) changed += await this.#eraseIn(room, erasure);
    try {
      if (this.#isMarked()) this.#sweep();
    } catch (error) {
      throw error instanceof SQLiteError ? this.#parts.explain(error) : error;
    }
    return changed;
  }

  async #eraseIn(room: string, erasure: Erasure): Promise<number> {
    const { database, queue } = this.#parts;
    const page = database.query<EventRow, [string, number]>(
      `select seq, body from event where room = ? and seq >= ? order by seq limit ${PAGE}`,
    );
    let changed = 0;
    for (let rows = page.all(room, 1); rows.length > 0; ) {
      const rest = rows.flatMap(({ seq, body }) => {
        const erased = erasedBody({ room, seq, body }, erasure);
        return erased === body ? [] : [{ seq, body: erased }];
      });
      if (rest.length > 0) await queue.submit(() => this.#write(room, rest));
      else await new Promise((resolve) => setImmediate(resolve));
      changed += rest.length;
      rows = page.all(room, (rows.at(-1)?.seq ?? 0) + 1);
    }
    return changed;
  }

  /** Inside a transaction: after a kill, the next start sweeps the pages. */
  #write(room: string, rows: readonly EventRow[]): void {
    const { database } = this.#parts;
    database.run("create table if not exists unswept (one integer primary key) strict");
    const update = database.query<unknown, [string, string, number]>(
      "update event set body = ? where room = ? and seq = ?",
    );
    for (const { seq, body } of rows) update.run(body, room, seq);
  }

  #isMarked(): boolean {
    const query = "select 1 from sqlite_schema where type = 'table' and name = 'unswept'";
    return this.#parts.database.query(query).get() !== null;
  }

  #sweep(): void {
    const { database, freezable } = this.#parts;
    // What is forgotten goes at once: a backup that reads the file meanwhile has to begin anew.
    freezable.break();
    // Also out of pages that nothing uses, where SQLite has moved entries from: overwriting them alone would not do.
    database.run("vacuum");
    database.run("pragma wal_checkpoint(truncate)");
    database.run("drop table unswept");
  }
}
