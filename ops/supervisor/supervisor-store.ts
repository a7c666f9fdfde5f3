/** What the supervisor knows across its own restarts. */
import type { Database } from "bun:sqlite";
import { z } from "zod";
import { parseJson } from "#core/json.ts";
import { openPrivateDatabase } from "#platform/private-database.ts";
import type { ProcessIdentity } from "#platform/process-record.ts";
import { DAY_SCHEMA, DayTable } from "./day-table.ts";
import { ENDED, FIX_STATES, type FixRecord, type FixState } from "./fix-record.ts";
import { HISTORY_SCHEMA, LookHistory } from "./look-history.ts";
import type { ObservedEnd } from "./observation.ts";
import { type Done, FIX_NAMES, type Finding } from "./pattern.ts";

const SCHEMA = `
  create table if not exists fix (
    id integer primary key, pattern text not null, subject text not null, why text not null, fix text,
    state text not null, boot text not null, foundAt integer not null, found integer not null,
    changed integer not null, seen integer not null, tries integer not null default 0, done text, note text
  ) strict;
  create index if not exists fix_state on fix (state);
  create table if not exists process_end (
    role text not null, pid integer not null, startTime integer not null, boot text not null, at integer not null,
    unique (role, pid, startTime, boot)
  ) strict;
  drop table if exists leaver;
  create table if not exists left_process (
    pid integer not null, startTime integer not null, boot text not null, primary key (pid, startTime, boot)
  ) strict;
  create table if not exists suppression (
    pattern text not null, subject text not null, boot text not null, until integer not null,
    primary key (pattern, subject)
  ) strict;
  create table if not exists given_up (role text primary key, at integer not null, why text not null) strict;
  create table if not exists consulted (at integer not null) strict;
  create table if not exists offset (ino integer primary key, source text not null, bytes integer not null) strict;
`;

/** So many records that have ended are stored. */
export const MAX_RECORDS = 1000;
/** Longer than anything is counted by it, in milliseconds. */
const CONSULTED_MS = 7 * 24 * 60 * 60_000;

const rowSchema = z.object({
  ...{ id: z.int(), pattern: z.string(), subject: z.string(), why: z.string() },
  fix: z.enum(FIX_NAMES).nullable().catch(null),
  state: z.enum(FIX_STATES),
  ...{ foundAt: z.number(), found: z.number(), changed: z.number(), seen: z.number() },
  ...{ tries: z.int(), done: z.string().nullable(), note: z.string().nullable() },
});

const doneSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** Their times say nothing in another boot. */
const OF_ONE_BOOT = [
  ...["process_end", "left_process", "suppression"],
  ...["minute_look", "waiting_question"],
];

/** What changes of a record. */
export interface FixChange {
  readonly state: FixState;
  readonly now: number;
  readonly done?: Done | undefined;
  readonly note?: string | undefined;
}

/** A role that is started no more until a person says so. */
export interface AbandonedRole {
  readonly role: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly why: string;
}

/** Every method writes before it returns. */
export class SupervisorStore implements Disposable {
  readonly #database: Database;
  readonly #boot: string;
  readonly days: DayTable;
  readonly history: LookHistory;

  /**
   * @param boot id of the running boot: times of an earlier one say nothing.
   * @throws {OrgError} `JOURNAL_CORRUPT`, `FILE_FAILED`
   */
  constructor(path: string, boot: string) {
    this.#database = openPrivateDatabase(path, `${SCHEMA}${DAY_SCHEMA}${HISTORY_SCHEMA}`);
    this.days = new DayTable(this.#database);
    this.history = new LookHistory(this.#database, boot);
    this.#boot = boot;
    for (const table of OF_ONE_BOOT) {
      this.#database.query(`delete from ${table} where boot <> ?`).run(boot);
    }
    // What was under way when the machine went down is looked at anew.
    const cut = "a restart of the machine came between";
    this.#database
      .query(
        `update fix set state = 'over', note = ? where boot <> ? and state not in ${ENDED_LIST}`,
      )
      .run(cut, boot);
  }

  add(
    finding: Finding,
    about: Pick<FixRecord, "fix" | "state" | "foundAt"> & { readonly now: number },
  ): FixRecord {
    const { fix = null, state, foundAt, now } = about;
    const { pattern, subject, why } = finding;
    const row = this.#database
      .query(
        `insert into fix (pattern, subject, why, fix, state, boot, foundAt, found, changed, seen)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning *`,
      )
      .get(pattern, subject, why, fix, state, this.#boot, foundAt, now, now, now);
    this.#database
      .query(
        `delete from fix where state in ${ENDED_LIST} and id <= (select max(id) from fix) - ${MAX_RECORDS}`,
      )
      .run();
    return recordOf(row);
  }

  change(id: number, { state, now, done, note }: FixChange): void {
    const begun = state === "applying" ? 1 : 0;
    this.#database
      .query(
        `update fix set state = ?, changed = ?, tries = tries + ?, done = coalesce(?, done), note = coalesce(?, note)
         where id = ?`,
      )
      .run(state, now, begun, done === undefined ? null : JSON.stringify(done), note ?? null, id);
  }

  /** A person's word. @returns false: it does not wait for one any more. */
  answer(id: number, state: "approved" | "rejected"): boolean {
    const query = "update fix set state = ? where id = ? and state = 'proposed'";
    return this.#database.query(query).run(state, id).changes === 1;
  }

  markSeen(id: number, now: number): void {
    this.#database.query("update fix set seen = ? where id = ?").run(now, id);
  }

  get(id: number): FixRecord | undefined {
    const row = this.#database.query("select * from fix where id = ?").get(id);
    return row === null ? undefined : recordOf(row);
  }

  /** Those that have not ended, oldest first. */
  open(): readonly FixRecord[] {
    return this.#database
      .query(`select * from fix where state not in ${ENDED_LIST} order by id`)
      .all()
      .map(recordOf);
  }

  /** Newest first. */
  all(most: number): readonly FixRecord[] {
    return this.#database
      .query("select * from fix order by id desc limit ?")
      .all(most)
      .map(recordOf);
  }

  /** Those of one finding that ended after `since`, of this boot. */
  endedSince(
    { pattern, subject }: Pick<Finding, "pattern" | "subject">,
    since: number,
  ): readonly FixRecord[] {
    return this.#database
      .query(
        `select * from fix where pattern = ? and subject = ? and boot = ? and changed > ? and state in ${ENDED_LIST}
         order by id`,
      )
      .all(pattern, subject, this.#boot, since)
      .map(recordOf);
  }

  suppress({ pattern, subject }: Pick<Finding, "pattern" | "subject">, until: number): void {
    this.#database
      .query("insert or replace into suppression values (?, ?, ?, ?)")
      .run(pattern, subject, this.#boot, until);
  }

  isSuppressed({ pattern, subject }: Pick<Finding, "pattern" | "subject">, now: number): boolean {
    const query = "select 1 from suppression where pattern = ? and subject = ? and until > ?";
    return this.#database.query(query).get(pattern, subject, now) !== null;
  }

  giveUp(entry: AbandonedRole): void {
    const { role, at, why } = entry;
    this.#database.query("insert or replace into given_up values (?, ?, ?)").run(role, at, why);
  }

  givenUp(): readonly AbandonedRole[] {
    return this.#database
      .query<AbandonedRole, []>("select role, at, why from given_up order by role")
      .all();
  }

  /** Its ends are forgotten, too. @returns whether it was given up. */
  resume(role: string): boolean {
    const { changes } = this.#database.query("delete from given_up where role = ?").run(role);
    this.#database.query("delete from process_end where role = ?").run(role);
    this.#database.query("delete from suppression where subject = ?").run(role);
    return changes > 0;
  }

  /** Counts each process once. */
  addEnd(role: string, { pid, startTime }: Omit<ProcessIdentity, "boot">, at: number): void {
    this.#database
      .query("insert or ignore into process_end values (?, ?, ?, ?, ?)")
      .run(role, pid, startTime, this.#boot, Math.round(at));
  }

  /** Oldest first. */
  ends(since: number): readonly ObservedEnd[] {
    return this.#database
      .query<ObservedEnd, [number]>("select role, at from process_end where at > ? order by at")
      .all(since);
  }

  /** @param startTime 0 where its log does not say it: every process of this id counts as having left then. */
  addLeaver(pid: number, startTime: number): void {
    const query = "insert or ignore into left_process values (?, ?, ?)";
    this.#database.query(query).run(pid, startTime, this.#boot);
  }

  hasLeft({ pid, startTime }: Pick<ProcessIdentity, "pid" | "startTime">): boolean {
    const query = "select 1 from left_process where pid = ? and startTime in (0, ?)";
    return this.#database.query(query).get(pid, startTime) !== null;
  }

  /** How far a log has been read, by the file itself. */
  offsets(source: string): ReadonlyMap<number, number> {
    const rows = this.#database
      .query<{ ino: number; bytes: number }, [string]>(
        "select ino, bytes from offset where source = ?",
      )
      .all(source);
    return new Map(rows.map(({ ino, bytes }) => [ino, bytes]));
  }

  /** Files that are not named are forgotten. */
  keepOffsets(source: string, offsets: ReadonlyMap<number, number>): void {
    this.#database.transaction(() => {
      this.#database.query("delete from offset where source = ?").run(source);
      const insert = this.#database.query("insert or replace into offset values (?, ?, ?)");
      for (const [ino, bytes] of offsets) insert.run(ino, source, bytes);
    })();
  }

  /** How often a model was asked since a time in milliseconds since the epoch. */
  consultedSince(since: number): number {
    const query = "select count(*) as count from consulted where at > ?";
    return this.#database.query<{ count: number }, [number]>(query).get(since)?.count ?? 0;
  }

  /** A model is asked now, in milliseconds since the epoch. */
  consult(at: number): void {
    this.#database.query("delete from consulted where at < ?").run(at - CONSULTED_MS);
    this.#database.query("insert into consulted values (?)").run(at);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

const ENDED_LIST = `(${[...ENDED].map((state) => `'${state}'`).join(", ")})`;

function recordOf(row: unknown): FixRecord {
  const { fix, done, note, ...rest } = rowSchema.parse(row);
  return {
    ...rest,
    fix: fix ?? undefined,
    done: done === null ? undefined : doneSchema.safeParse(parseJson(done)).data,
    note: note ?? undefined,
  };
}
