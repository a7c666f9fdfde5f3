import type { JournaledEvent } from "#core/events.ts";
import type { Journal } from "#core/journal.ts";

/** The same journal, of which each event is seen once, when it is on disk. */
export function observedJournal(
  journal: Journal,
  see: (event: JournaledEvent, room: string) => void,
): Journal {
  return {
    append: async (room, entry, options) => {
      const appended = await journal.append(room, entry, options);
      if (!appended.dup) see(entry.event, room);
      return appended;
    },
    head: (room) => journal.head(room),
    read: (room, from, options) => journal.read(room, from, options),
    rooms: () => journal.rooms(),
  };
}
