/** The journal of one machine: an SQLite file that a single process owns and writes. */
import type { Database, Statement } from "bun:sqlite";
import type { OrgError } from "#core/errors.ts";
import type { JournaledEvent } from "#core/events.ts";
import type { FrozenFile } from "#core/frozen-file.ts";
import {
  type Appended,
  type AppendOptions,
  Conflict,
  type Entry,
  type ErasableJournal,
  type Erasure,
  type LockStore,
  type ReadOptions,
  type RoomSummary,
} from "#core/journal.ts";
import { CommitQueue } from "./commit-queue.ts";
import { copyDatabase } from "./copy-database.ts";
import { Eraser } from "./eraser.ts";
import { journalClosed, journalFailed, type OwnedFile } from "./failures.ts";
import { FreezableFile } from "./frozen-file.ts";
import { LockTable } from "./lock-table.ts";
import { type FindOwner, openDatabase } from "./open-database.ts";
import { JOURNAL_FORMAT } from "./schema.ts";
import { SoundReads } from "./sound-reads.ts";
import { Wakeups } from "./wakeups.ts";

/** Entries that a reader takes from disk at once. */
const PAGE = 128;

export interface SqliteJournalOptions {
  /** Asked who owns the home when the file is taken; see `describeOwner`. */
  readonly owner?: FindOwner;
  /**
   * The clock, in milliseconds since the epoch.
   *
   * @default Date.now
   */
  readonly now?: () => number;
}

/**
 * Opens or creates a journal; this process alone owns it until it is disposed. No other code of the
 * process may open the file meanwhile: closing any descriptor of it gives up the lock (POSIX).
 *
 * @throws {OrgError} `HOME_BUSY` at once while another process owns it; `JOURNAL_CORRUPT` for a damaged
 *   or foreign file, which stays untouched; `JOURNAL_FAILED` when the system refuses.
 * @see https://www.sqlite.org/wal.html
 */
export async function openSqliteJournal(
  path: string,
  options: SqliteJournalOptions = {},
): Promise<SqliteJournal> {
  const findOwner = options.owner ?? (() => Promise.resolve(undefined));
  const database = await openDatabase(path, JOURNAL_FORMAT, findOwner);
  return new SqliteJournal(database, path, options.now ?? Date.now);
}

interface EventRow {
  readonly seq: number;
  readonly key: string;
  readonly at: number;
  readonly body: string;
}

interface NewEntry {
  readonly room: string;
  readonly key: string;
  readonly body: string;
}

export class SqliteJournal implements ErasableJournal, LockStore, AsyncDisposable {
  readonly #database: Database;
  readonly #file: OwnedFile;
  readonly #now: () => number;
  readonly #queue: CommitQueue;
  readonly #locks: LockTable;
  readonly #wakeups = new Wakeups();
  /** Heads as of the last statement; we are the only writer, so no other process can move them. */
  readonly #heads = new Map<string, number>();
  /** Rooms whose readers must be woken at the next commit. */
  readonly #touched = new Set<string>();
  readonly #statements: Statements;
  readonly #freezable: FreezableFile;
  readonly #eraser: Eraser;
  readonly #reads: SoundReads;
  #closed: boolean = false;

  /** Use {@link openSqliteJournal}, which checks and locks the file. */
  constructor(database: Database, path: string, now: () => number) {
    this.#database = database;
    this.#file = { path, noun: "journal" };
    this.#reads = new SoundReads(this.#file);
    this.#now = now;
    this.#statements = prepareStatements(database);
    this.#freezable = new FreezableFile(database, path);
    this.#locks = new LockTable(database, now);
    this.#queue = new CommitQueue(database, {
      committed: () => this.#wakeReaders(),
      rolledBack: () => this.#heads.clear(),
      explain: (error) => journalFailed(this.#file, error),
    });
    this.#eraser = new Eraser({
      ...{ database, queue: this.#queue, freezable: this.#freezable },
      explain: (error) => journalFailed(this.#file, error),
    });
    this.#eraser.finish();
  }

  /** What was met in the file while it was read, though it was sound when it was opened; `undefined` while all is well. */
  get damaged(): OrgError | undefined {
    return this.#reads.damaged;
  }

  /** What the disk answered when nothing more was written from then on; `undefined` while all is well. */
  get broken(): unknown {
    return this.#queue.broken;
  }

  async append(
    room: string,
    entry: { readonly key: string; readonly event: JournaledEvent },
    options: AppendOptions = {},
  ): Promise<Appended> {
    // Now, not in the transaction: the caller may change the event, or it may not be plain data.
    const body = JSON.stringify(entry.event);
    return this.#queue.submit(() => this.#append({ room, key: entry.key, body }, options));
  }

  async head(room: string): Promise<number> {
    this.#demandOpen();
    return this.#head(room);
  }

  /** A live read ends when the signal is aborted or the journal is closed. */
  async *read(room: string, from: number, options: ReadOptions = {}): AsyncGenerator<Entry, void> {
    const { live = false, signal } = options;
    this.#demandOpen();
    const last = live ? Number.MAX_SAFE_INTEGER : this.#head(room);
    let next = from;
    while (!this.#closed) {
      const page = this.#reads.read(() => this.#statements.page.all(room, next, last));
      for (const { seq, key, at, body } of page) {
        if (signal?.aborted === true) return;
        yield { seq, key, at, event: this.#reads.read(() => parseEvent(body)) };
        next = seq + 1;
      }
      if (page.length > 0) continue;
      if (!live || signal?.aborted === true) return;
      // Nothing can be missed: no commit fits between the look at the disk above and this line.
      await this.#wakeups.wait(room, signal);
    }
  }

  async rooms(): Promise<readonly RoomSummary[]> {
    this.#demandOpen();
    return this.#reads.read(() => this.#statements.rooms.all());
  }

  async erase(erasure: Erasure): Promise<number> {
    const rooms = await this.rooms();
    return await this.#eraser.erase(
      erasure,
      rooms.map(({ room }) => room),
    );
  }

  acquire(name: string, owner: string, ttlMs: number): Promise<{ token: number } | null> {
    return this.#queue.submit(() => this.#locks.acquire(name, owner, ttlMs));
  }

  renew(name: string, token: number, ttlMs: number): Promise<boolean> {
    return this.#queue.submit(() => this.#locks.renew(name, token, ttlMs));
  }

  release(name: string, token: number): Promise<boolean> {
    return this.#queue.submit(() => this.#locks.release(name, token));
  }

  /**
   * Copies the journal, compacted and as of now, to another file; an older file there is replaced.
   * Nothing else runs meanwhile: about a second for every 300 MB.
   *
   * @throws {OrgError} `JOURNAL_FAILED`, for example on a full disk; no half copy stays.
   */
  async backup(path: string): Promise<void> {
    this.#demandOpen();
    await copyDatabase(this.#database, { path, noun: "journal" });
  }

  /** For a backup by another process: until it is disposed of, the file is read without a lock. */
  freeze(): FrozenFile {
    this.#demandOpen();
    return this.#freezable.freeze();
  }

  /** Moves the log of the file into it, as far as no reader needs it, and shortens it. */
  checkpoint(): void {
    this.#demandOpen();
    // What a backup reads stays as it is; the log is brought into the file afterwards.
    if (this.#freezable.isHeld) return;
    this.#database.run("pragma wal_checkpoint(truncate)");
  }

  /** Commits what was handed in, ends all live reads and gives the file to others. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#queue.close(journalClosed(this.#file));
    this.#closed = true;
    this.#wakeups.wakeAll();
    this.#freezable.break();
    // `true` also ends statements that a caller still holds; a live one would keep the lock.
    this.#database.close(true);
  }

  /** Runs inside a transaction. */
  #append({ room, key, body }: NewEntry, { expect, fence }: AppendOptions): Appended {
    // First of all: who repeats a write that had succeeded must hear so, whatever happened since.
    const existing = this.#statements.seqOfKey.get(room, key);
    if (existing !== null) return { seq: existing.seq, dup: true };
    const head = this.#head(room);
    if (expect !== undefined && expect !== head) throw new Conflict(head);
    if (fence !== undefined) this.#locks.demand(fence.name, fence.token);
    const seq = head + 1;
    this.#statements.insert.run(room, seq, key, this.#now(), body);
    this.#heads.set(room, seq);
    this.#touched.add(room);
    return { seq, dup: false };
  }

  #head(room: string): number {
    const cached = this.#heads.get(room);
    if (cached !== undefined) return cached;
    const head = this.#statements.head.get(room)?.head ?? 0;
    this.#heads.set(room, head);
    return head;
  }

  #wakeReaders(): void {
    for (const room of this.#touched) this.#wakeups.wake(room);
    this.#touched.clear();
  }

  #demandOpen(): void {
    if (this.#closed) throw journalClosed(this.#file);
  }
}

interface Statements {
  readonly insert: Statement<unknown, [string, number, string, number, string]>;
  readonly seqOfKey: Statement<{ seq: number }, [string, string]>;
  readonly head: Statement<{ head: number | null }, [string]>;
  readonly page: Statement<EventRow, [string, number, number]>;
  readonly rooms: Statement<RoomSummary, []>;
}

function prepareStatements(database: Database): Statements {
  return {
    insert: database.prepare("insert into event values (?, ?, ?, ?, ?)"),
    seqOfKey: database.prepare("select seq from event where room = ? and key = ?"),
    head: database.prepare("select max(seq) as head from event where room = ?"),
    page: database.prepare(
      `select seq, key, at, body from event
       where room = ? and seq between ? and ? order by seq limit ${PAGE}`,
    ),
    // Hops from room to room along the index; "group by" would read every entry there is.
    rooms: database.prepare(
      `with recursive name (room) as (
         select min(room) from event
         union all
         select (select min(room) from event where room > name.room) from name where room is not null
       ), ends (room, first, head) as (
         select room, (select min(seq) from event where room = name.room),
           (select max(seq) from event where room = name.room)
         from name where room is not null
       )
       select room, head,
         (select at from event where room = ends.room and seq = first) as "startedAt",
         (select at from event where room = ends.room and seq = head) as "lastAt"
       from ends order by "lastAt" desc, room`,
    ),
  };
}

/** Only `append` writes bodies, and the file passed its check: what is parsed is what `append` wrote. */
function parseEvent(body: string): JournaledEvent {
  return JSON.parse(body);
}
