import type { Journal } from "#core/journal.ts";
import type { RoomChoice } from "./home-service.ts";
import { noRoom, unknownRoom } from "./room-refusals.ts";

interface Rooms {
  readonly journal: Pick<Journal, "head" | "rooms">;
  /** The one on the screen of this process. */
  readonly onScreen: string | undefined;
  /** It may have no entry yet. */
  readonly isOpen: (id: string) => boolean;
}

/** @returns its id; nothing where a new one is meant. @throws {OrgError} `ROOM_UNKNOWN` */
export async function chosenRoom(
  choice: RoomChoice,
  { journal, onScreen, isOpen }: Rooms,
): Promise<string | undefined> {
  if (choice.kind === "open") return onScreen;
  if (choice.kind === "own") return choice.id;
  if (choice.kind === "named") {
    if (isOpen(choice.id) || (await journal.head(choice.id)) > 0) return choice.id;
  }
  const rooms = await journal.rooms();
  const [newest] = rooms;
  if (newest === undefined) throw noRoom();
  if (choice.kind === "newest") return newest.room;
  throw unknownRoom(
    choice.id,
    rooms.map(({ room }) => room),
  );
}
