/** The journal of several machines: tables of a PostgreSQL server that all of them write to. */
import { OrgError } from "#core/errors.ts";
import type { JournaledEvent } from "#core/events.ts";
import {
  type Appended,
  type AppendOptions,
  Conflict,
  type Entry,
  type ErasableJournal,
  type Erasure,
  Fenced,
  type LockStore,
  type ReadOptions,
  type RoomSummary,
} from "#core/journal.ts";
import { Batches } from "#platform/postgres/batches.ts";
import { bounded } from "#platform/postgres/bounded.ts";
import { demandSchema } from "#platform/postgres/migrations.ts";
import type { PgCalls } from "#platform/postgres/pg-client.ts";
import { erasedBody } from "../journal/erased-body.ts";
import { Wakeups } from "../journal/wakeups.ts";
import { MIGRATIONS } from "./migrations.ts";
import { requireStorable } from "./storable.ts";

export interface PgJournalOptions {
  /** Not closed with the journal: others use it, too. */
  readonly client: PgCalls;
  /**
   * The clock, in milliseconds since the epoch; for tests. No node's clock counts otherwise.
   *
   * @default the server's
   */
  readonly now?: () => number;
  /** Longest pause of a live reader without a look, for a notification may be lost, in milliseconds. @default 1,000 */
  readonly pollMs?: number;
}

/** How long closing waits for what was handed in, in milliseconds. */
const CLOSE_MS = 3000;
/** Entries that a reader takes at once. */
const PAGE = 128;

/**
 * @throws {OrgError} `DATABASE_OLD`, `DATABASE_NEW` unless the tables are those that we know; as the client does.
 */
export async function openPgJournal(options: PgJournalOptions): Promise<PgJournal> {
  await demandSchema(options.client, MIGRATIONS);
  return new PgJournal(options);
}

interface EventRow {
  readonly seq: string;
  readonly key: string;
  readonly at: string;
  readonly body: string;
}

interface RoomRow {
  readonly room: string;
  readonly head: string;
  readonly startedAt: string;
  readonly lastAt: string;
}

/** What the server says of one append. */
type AppendAnswer = Appended | { readonly conflict: number } | { readonly fenced: string | null };

export class PgJournal implements ErasableJournal, LockStore, AsyncDisposable {
  readonly #client: PgCalls;
  readonly #pollMs: number;
  readonly #batches: Batches;
  readonly #wakeups = new Wakeups();
  readonly #subscription: AsyncDisposable;
  #closed: boolean = false;

  /** Use {@link openPgJournal}, which looks at the tables. */
  constructor({ client, now, pollMs = 1000 }: PgJournalOptions) {
    this.#client = client;
    this.#pollMs = pollMs;
    const channel = `${client.schema}_journal`;
    this.#batches = new Batches({
      client,
      call: `select journal_apply($1::text::uuid, $2::text::json, $3::text::bigint, $4::text)::text as answer`,
      values: () => [now === undefined ? null : String(now()), channel],
    });
    this.#subscription = client.listen(channel, {
      onNotify: (payload) => this.#wakeReaders(payload),
      onListen: () => this.#wakeups.wakeAll(),
    });
  }

  async append(
    room: string,
    entry: { readonly key: string; readonly event: JournaledEvent },
    { expect, fence }: AppendOptions = {},
  ): Promise<Appended> {
    requireStorable("room", room);
    requireStorable("key", entry.key);
    requireStorable("lock", fence?.name ?? "");
    // Now: the caller may change the event afterwards, or it may not be plain data.
    const body = JSON.stringify(entry.event);
    const condition = [expect ?? null, fence?.name ?? null, fence?.token ?? null] as const;
    const answer = await this.#batches.submit<AppendAnswer>([
      ...(["append", room, entry.key, body] as const),
      ...condition,
    ]);
    if ("conflict" in answer) throw new Conflict(answer.conflict);
    if ("fenced" in answer) throw new Fenced(answer.fenced);
    // What this process wrote is known before the notification of it comes.
    this.#wakeups.wake(room);
    return answer;
  }

  async head(room: string): Promise<number> {
    this.#demandOpen();
    requireStorable("room", room);
    const [row] = await this.#client.query<{ head: string }>(
      "select head::text as head from room where room = $1::text",
      [room],
    );
    return Number(row?.head ?? 0);
  }

  /** A live read ends when the signal is aborted or the journal is closed. */
  async *read(room: string, from: number, options: ReadOptions = {}): AsyncGenerator<Entry, void> {
    const { live = false, signal } = options;
    const last = live ? Number.MAX_SAFE_INTEGER : await this.head(room);
    this.#demandOpen();
    let next = from;
    while (!this.#closed && signal?.aborted !== true) {
      using pause = this.#beginToWait(room, signal);
      const page = await this.#page(room, next, last);
      for (const { seq, key, at, body } of page) {
        if (isAborted(signal)) return;
        yield { seq: Number(seq), key, at: Number(at), event: parseEvent(body) };
        next = Number(seq) + 1;
      }
      if (page.length === PAGE) continue;
      if (!live) return;
      if (page.length === 0) await pause.over;
    }
  }

  async rooms(): Promise<readonly RoomSummary[]> {
    this.#demandOpen();
    const rows = await this.#client.query<RoomRow>(
      `select room, head::text as head, started_at::text as "startedAt", last_at::text as "lastAt"
       from room where head > 0 order by last_at desc, room`,
    );
    return rows.map(({ room, head, startedAt, lastAt }) => ({
      ...{ room, head: Number(head), startedAt: Number(startedAt), lastAt: Number(lastAt) },
    }));
  }

  /** What the server keeps beside its tables, such as its log and copies of it, is its administrator's. */
  async erase(erasure: Erasure): Promise<number> {
    let changed = 0;
    for (const { room } of await this.rooms()) changed += await this.#eraseIn(room, erasure);
    // Rows that were changed leave their old ones behind until then.
    if (changed > 0) await this.#client.query("vacuum event");
    return changed;
  }

  async #eraseIn(room: string, erasure: Erasure): Promise<number> {
    let changed = 0;
    for (let from = 1; ; ) {
      const page = await this.#page(room, from, Number.MAX_SAFE_INTEGER);
      const last = page.at(-1);
      if (last === undefined) return changed;
      for (const { seq, body } of page) {
        const rest = erasedBody({ room, seq: Number(seq), body }, erasure);
        if (rest === body) continue;
        // Only as it was read: another node may be taking something else out.
        const [row] = await this.#client.query<{ seq: string }>(
          `update event set body = $1::text
           where room = $2::text and seq = $3::text::bigint and body = $4::text returning seq::text as seq`,
          [rest, room, seq, body],
        );
        if (row === undefined) return changed + (await this.#eraseIn(room, erasure));
        changed += 1;
      }
      from = Number(last.seq) + 1;
    }
  }

  async acquire(name: string, owner: string, ttlMs: number): Promise<{ token: number } | null> {
    requireStorable("lock", name);
    requireStorable("owner", owner);
    return await this.#batches.submit(["acquire", name, owner, ttlMs]);
  }

  /** As {@link acquire}, and also from a holder of the same name: from this node as it was before it was started anew. */
  async reacquire(name: string, owner: string, ttlMs: number): Promise<{ token: number } | null> {
    requireStorable("lock", name);
    requireStorable("owner", owner);
    return await this.#batches.submit(["reacquire", name, owner, ttlMs]);
  }

  /** Who has a lock at the moment. */
  async holderOf(name: string): Promise<string | undefined> {
    this.#demandOpen();
    requireStorable("lock", name);
    const [row] = await this.#client.query<{ owner: string }>(
      "select owner from lock where name = $1::text and owner is not null and expires_at > clock_ms()",
      [name],
    );
    return row?.owner;
  }

  async renew(name: string, token: number, ttlMs: number): Promise<boolean> {
    requireStorable("lock", name);
    return await this.#batches.submit(["renew", name, token, ttlMs]);
  }

  async release(name: string, token: number): Promise<boolean> {
    requireStorable("lock", name);
    return await this.#batches.submit(["release", name, token]);
  }

  /** Writes what was handed in, for 3 s at most, and ends all live reads; the client stays open. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wakeups.wakeAll();
    // While the server is away, callers that wait for it are told so when the client is closed.
    await bounded(this.#batches.close(closed()), CLOSE_MS, closed).catch(() => undefined);
    await this.#subscription[Symbol.asyncDispose]();
  }

  async #page(room: string, from: number, last: number): Promise<readonly EventRow[]> {
    try {
      return await this.#client.query<EventRow>(
        `select seq::text as seq, key, at::text as at, body from event
         where room = $1::text and seq between $2::text::bigint and $3::text::bigint
         order by event.seq limit ${PAGE}`,
        [room, String(from), String(last)],
      );
    } catch (error) {
      // A caller that closed the journal, and then the client, does not wait for readers.
      if (this.#closed) return [];
      throw error;
    }
  }

  /** Begun before the look at the tables: notifications of writes in between are received. */
  #beginToWait(
    room: string,
    signal: AbortSignal | undefined,
  ): Disposable & { over: Promise<void> } {
    const ended = new AbortController();
    const end = () => ended.abort();
    const timer = setTimeout(end, this.#pollMs);
    signal?.addEventListener("abort", end);
    return {
      over: this.#wakeups.wait(room, ended.signal),
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        end();
      },
    };
  }

  #wakeReaders(payload: string): void {
    // Too many rooms for one notification.
    const rooms: unknown = payload === "*" ? payload : JSON.parse(payload);
    if (!Array.isArray(rooms)) this.#wakeups.wakeAll();
    else for (const room of rooms) this.#wakeups.wake(String(room));
  }

  #demandOpen(): void {
    if (this.#closed) throw closed();
  }
}

/** By a call, because it changes while its caller waits. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function closed(): OrgError {
  return new OrgError("The journal in the database is closed", {
    code: "JOURNAL_FAILED",
    why: "This process is ending.",
    remedies: ["run the command again"],
    unchanged: "Earlier data is safe; this was not written.",
  });
}

/** Only `append` writes bodies. */
function parseEvent(body: string): JournaledEvent {
  return JSON.parse(body);
}
