/** Moves the journal of a home into the database, or back, and proves that it arrived. */
import { OrgError } from "#core/errors.ts";
import type { Entry, Journal } from "#core/journal.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { openSqliteJournal, type SqliteJournal } from "../journal/sqlite-journal.ts";
import { requireStorable } from "./storable.ts";

/** What a journal holds, so that two can be compared. */
export interface JournalDigest {
  readonly rooms: number;
  readonly entries: number;
  /** Of all entries of all rooms: number, key, time and event. */
  readonly sha256: string;
}

/** Takes entries of one room that follow each other, as they were numbered and dated. */
export type ImportEntries = (room: string, entries: readonly Entry[]) => Promise<void>;

/** Entries that are handed over at once: a few milliseconds of the other side's work. */
const PAGE = 256;

/**
 * Reads a whole journal.
 *
 * @throws {OrgError} `JOURNAL_CORRUPT` where the numbers of a room have a gap.
 */
export async function digestJournal(journal: Journal): Promise<JournalDigest> {
  const all = new Bun.CryptoHasher("sha256");
  const rooms = [...(await journal.rooms())].sort((a, b) => (a.room < b.room ? -1 : 1));
  let entries = 0;
  for (const { room, head } of rooms) {
    all.update(`${JSON.stringify(room)}\n`);
    let last = 0;
    for await (const entry of journal.read(room, 1)) {
      if (entry.seq !== last + 1) throw gap(room, last, entry.seq);
      all.update(lineOf(entry));
      last = entry.seq;
    }
    if (last !== head) throw gap(room, last, head);
    entries += last;
  }
  return { rooms: rooms.length, entries, sha256: all.digest("hex") };
}

/**
 * Whether a journal can be copied, before anything is written.
 *
 * @throws {OrgError} `INPUT_INVALID` when the other side has a room that differs, or one that is not ours.
 */
export async function demandBeginning(from: Journal, to: Journal): Promise<void> {
  const heads = new Map((await from.rooms()).map(({ room, head }) => [room, head]));
  for (const { room, head: there } of await to.rooms()) {
    const [head, name] = [heads.get(room), JSON.stringify(room.slice(0, 80))];
    if (head === undefined) throw differs(`it has a room of its own, ${name}`);
    if (there > head) throw differs(`its room ${name} is longer`);
    const [ours, theirs] = [await begun(from, room, there), await begun(to, room, there)];
    if (ours === theirs) continue;
    throw differs(
      `its room ${name} begins with other entries: here sha256 ${ours}; there ${theirs}`,
    );
  }
}

/** The hash of the first entries of a room. */
async function begun(journal: Journal, room: string, count: number): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256");
  if (count === 0) return hash.digest("hex");
  for await (const entry of journal.read(room, 1)) {
    hash.update(lineOf(entry));
    if (entry.seq >= count) break;
  }
  return hash.digest("hex");
}

function lineOf({ seq, key, at, event }: Entry): string {
  return `${seq} ${JSON.stringify(key)} ${at} ${JSON.stringify(event)}\n`;
}

/**
 * Copies what is missing on the other side, which {@link demandBeginning} has looked at. Can be done again after it was
 * cut off.
 *
 * @returns what both hold.
 * @throws {OrgError} `INPUT_INVALID` when they differ afterwards.
 */
export async function copyJournal(
  from: Journal,
  to: Journal,
  take: ImportEntries,
): Promise<JournalDigest> {
  for (const { room } of await from.rooms()) {
    const there = await to.head(room);
    for await (const page of pagesOf(from.read(room, there + 1))) await take(room, page);
  }
  const [source, target] = [await digestJournal(from), await digestJournal(to)];
  if (JSON.stringify(source) === JSON.stringify(target)) return target;
  throw differs(
    `here ${source.entries} entries, sha256 ${source.sha256}; there ${target.entries}, ${target.sha256}`,
  );
}

/** Writes entries into the database. */
export function importIntoPostgres(client: PgClient): ImportEntries {
  return async (room, entries) => {
    requireStorable("room", room);
    for (const { key } of entries) requireStorable("key", key);
    const rows = entries.map(({ event, ...row }) => ({ ...row, body: JSON.stringify(event) }));
    await client.query(
      `with row as (
         select * from json_to_recordset($2::text::json) as row (seq bigint, key text, at bigint, body text)
       ), written as (
         insert into event select $1::text, seq, key, at, body from row on conflict (room, seq) do nothing
       )
       insert into room
         select $1::text, max(seq), (array_agg(at order by seq))[1], (array_agg(at order by seq desc))[1] from row
         on conflict (room) do update set head = greatest(room.head, excluded.head), last_at = excluded.last_at`,
      [room, JSON.stringify(rows)],
    );
  };
}

/**
 * Opens the file of a home to be written into, with the times of what is imported.
 *
 * @throws {OrgError} `HOME_BUSY` while a process has the home.
 */
export async function openImportFile(
  path: string,
): Promise<{ readonly journal: SqliteJournal; readonly take: ImportEntries }> {
  // Entries of a page are written in the order in which they were handed in, each asking the clock once.
  const times: number[] = [];
  const journal = await openSqliteJournal(path, { now: () => times.shift() ?? 0 });
  return {
    journal,
    take: async (room, entries) => {
      times.push(...entries.map(({ at }) => at));
      await Promise.all(
        entries.map(({ key, event, seq }) =>
          journal.append(room, { key, event }, { expect: seq - 1 }),
        ),
      );
    },
  };
}

async function* pagesOf(entries: AsyncIterable<Entry>): AsyncGenerator<readonly Entry[]> {
  let page: Entry[] = [];
  for await (const entry of entries) {
    page.push(entry);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function differs(why: string): OrgError {
  return new OrgError("The other journal is not a beginning of this one", {
    ...{ code: "INPUT_INVALID", why },
    remedies: ["copy into an empty database, or into a home without rooms"],
    unchanged: "Existing data is unchanged; data that was copied before stays.",
  });
}

function gap(room: string, before: number, after: number): OrgError {
  return new OrgError(`The journal has a gap in the room ${JSON.stringify(room.slice(0, 80))}`, {
    code: "JOURNAL_CORRUPT",
    why: `behind entry ${before} comes ${after}`,
    remedies: ["org backup list   # a backup from before that"],
    unchanged: "Nothing was changed.",
  });
}
