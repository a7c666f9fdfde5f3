/** The journal that several machines share, as one of them has it. */
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { NodeLines } from "#home/postgres/node-lines.ts";
import { takeNodeName } from "#home/postgres/node-name.ts";
import { openApprovals } from "#home/postgres/open-approvals.ts";
import { OwnedRooms } from "#home/postgres/owned-rooms.ts";
import { openPgJournal } from "#home/postgres/pg-journal.ts";
import { openPgQueue } from "#home/postgres/pg-queue.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { RoomRelay } from "#server/nodes/room-relay.ts";
import type { SharedJournal } from "#server/socket/open-home.ts";

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
