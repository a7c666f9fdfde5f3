import type { Journal } from "#core/journal.ts";
import { createHome, type HomePaths } from "#platform/home.ts";
import { openSqliteJournal } from "#platform/journal/sqlite-journal.ts";
import { describeOwner, recordOwner } from "#platform/owner.ts";
import type { Room } from "#room/room.ts";
import type { HomeService } from "./home-service.ts";
import { LocalHome } from "./local-home.ts";

export interface OpenHomeOptions {
  readonly paths: HomePaths;
  /** What the person typed, for those who find the home in use. */
  readonly command: string;
  readonly openRoom: (id: string, journal: Journal) => Promise<Room>;
}

/** A home to ask things of, in this process or in the one that owns it. */
export interface OpenHome extends AsyncDisposable {
  readonly service: HomeService;
}

/** A home that this process owns. */
export interface OwnHome extends OpenHome {
  readonly service: LocalHome;
}

/**
 * Takes the home for this process alone.
 *
 * @throws {OrgError} `HOME_BUSY` when another process has it, `JOURNAL_CORRUPT`, `JOURNAL_FAILED`,
 *   `FILE_FAILED`.
 */
export async function ownHome(options: OpenHomeOptions): Promise<OwnHome> {
  const { paths, command, openRoom } = options;
  await createHome(paths);
  await using parts = new AsyncDisposableStack();
  const owner = () => describeOwner(paths.ownerRecord);
  const journal = parts.use(await openSqliteJournal(paths.journal, { owner }));
  parts.use(await recordOwner(paths.ownerRecord, command));
  const service = parts.use(new LocalHome({ journal, openRoom: (id) => openRoom(id, journal) }));
  const all = parts.move();
  return { service, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
