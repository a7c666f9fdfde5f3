/** The database that several machines share: opened here and nowhere else. */
import { OrgError } from "#core/errors.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { demandWholeDatabase } from "#home/postgres/copy/unfinished.ts";
import { MIGRATIONS } from "#home/postgres/migrations.ts";
import { NodeLines } from "#home/postgres/node-lines.ts";
import { takeNodeName } from "#home/postgres/node-name.ts";
import { openApprovals } from "#home/postgres/open-approvals.ts";
import { OwnedRooms } from "#home/postgres/owned-rooms.ts";
import { openPgJournal } from "#home/postgres/pg-journal.ts";
import { openPgQueue } from "#home/postgres/pg-queue.ts";
import type { DatabaseSettings } from "#home/settings/database-settings.ts";
import type { Settings } from "#home/settings/settings.ts";
import { demandSchema, migrate } from "#platform/postgres/migrations.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";
import { RoomRelay } from "#server/nodes/room-relay.ts";
import type { SharedJournal } from "#server/socket/open-home.ts";

/**
 * Connects to the server of ORG_DB that takes writes, and looks at its tables.
 *
 * @throws {OrgError} `DATABASE_UNREACHABLE`, `DATABASE_REFUSED`, `DATABASE_READ_ONLY`; `DATABASE_OLD` or `DATABASE_NEW`
 *   unless the tables are those that we know; `COPY_UNFINISHED`.
 */
export async function openDatabase({ servers, node }: DatabaseSettings): Promise<PgClient> {
  // biome-ignore lint/nursery/useDisposables: the caller disposes of it
  const client = await connect({ servers, node });
  try {
    await demandSchema(client, MIGRATIONS);
    await demandWholeDatabase(client);
    return client;
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

export interface SharedJournalOptions {
  readonly client: PgClient;
  readonly node: string;
  /** Takes credentials out of lines before they go to another node. */
  readonly cleaner: TextCleaner;
  /** Throws for a room that only another node can open: it is not taken. */
  readonly demandHere: (room: string) => Promise<void>;
}

const MINUTE_MS = 60_000;
/** What nodes send each other holds what users typed: it stays for as long as its sender may ask for it, and no longer. */
const RELAY_KEEPING = { idMs: 5 * MINUTE_MS, endedMs: 5 * MINUTE_MS, deadMs: 60 * MINUTE_MS };

/**
 * The journal of this node, for as long as its name is its own.
 *
 * @throws {OrgError} `NODE_TWICE` when another process has the name.
 */
export async function openSharedJournal(options: SharedJournalOptions): Promise<SharedJournal> {
  const { client, node, cleaner, demandHere } = options;
  await using parts = new AsyncDisposableStack();
  parts.use(await takeNodeName({ client, node, scope: "rooms", onLost }));
  const journal = await openPgJournal({ client });
  let stop = (): void => undefined;
  const rooms = parts.use(new OwnedRooms({ journal, client, node, onLapse: () => stop() }));
  const queue = parts.use(await openPgQueue({ client, node, keeping: RELAY_KEEPING }));
  // A server that is away is told of by what waits for it, and by /health.
  const report = (): void => undefined;
  const relay = new RoomRelay({
    ...{ queue, journal, node, cleaner, report },
    lines: parts.use(new NodeLines({ client, node, report })),
    holderOf: (room) => rooms.holderOf(room),
    questions: () => openApprovals(client, node),
  });
  const all = parts.move();
  return {
    append: (room, entry, how) => rooms.append(room, entry, how),
    head: (room) => rooms.head(room),
    read: (room, from, how) => rooms.read(room, from, how),
    rooms: () => rooms.rooms(),
    erase: (erasure) => rooms.erase(erasure),
    claim: async (room) => {
      await demandHere(room);
      await rooms.claim(room);
    },
    others: relay,
    serve: async (home) => {
      stop = () => home.stopAll();
      return await relay.serve({ home, handlers: home.ownHandlers });
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

// Another process has our name: it took the rooms with it, and each line that is late is refused.
function onLost(): void {
  return;
}

/**
 * Makes the tables, or brings them to this version.
 *
 * @returns the steps that were taken.
 * @throws {OrgError} `CONFIG_INVALID` without a database; `DATABASE_NEW`, and as {@link openDatabase} does.
 */
export async function initDatabase(settings: Settings): Promise<readonly string[]> {
  await using client = await connect(required(settings));
  return await migrate(client, MIGRATIONS);
}

async function connect({ servers, node }: DatabaseSettings): Promise<PgClient> {
  return await PgClient.open({ servers, application: `org ${node}` });
}

/** @throws {OrgError} `CONFIG_INVALID` where the home has no database. */
export function required({ database }: Settings): DatabaseSettings {
  if (database !== undefined) return database;
  throw new OrgError("No database is named", {
    code: "CONFIG_INVALID",
    why: "neither ORG_DB nor [database] in org.config names one, so this home stores everything itself",
    remedies: ["ORG_DB=postgres://USER:PASSWORD@HOST/DATABASE org db init"],
    unchanged: "Nothing was changed.",
  });
}
