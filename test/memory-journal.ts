/** A journal in memory, for tests that decide themselves when a write is done. */
import type { JournaledEvent } from "#core/events.ts";
import type { Appended, Entry, Journal, RoomSummary } from "#core/journal.ts";

export interface MemoryJournal extends Journal {
  /** What is on the imagined disk of a room, in order. */
  stored(room: string): readonly JournaledEvent[];
}

/** @param settle resolves when a write is done; writes are stored in the order in which theirs do. */
export function memoryJournal(settle: () => Promise<unknown>): MemoryJournal {
  const rooms = new Map<string, Entry[]>();
  const entriesOf = (room: string): Entry[] => {
    const entries = rooms.get(room) ?? [];
    rooms.set(room, entries);
    return entries;
  };

  async function append(
    room: string,
    { key, event }: { readonly key: string; readonly event: JournaledEvent },
  ): Promise<Appended> {
    await settle();
    const entries = entriesOf(room);
    const older = entries.find((entry) => entry.key === key);
    if (older !== undefined) return { seq: older.seq, dup: true };
    const seq = entries.length + 1;
    entries.push({ seq, key, at: 0, event });
    return { seq, dup: false };
  }

  return {
    append,
    stored: (room) => entriesOf(room).map(({ event }) => event),
    head: async (room) => entriesOf(room).length,
    read: async function* (room, from) {
      yield* entriesOf(room).slice(from - 1);
    },
    rooms: async (): Promise<readonly RoomSummary[]> =>
      [...rooms].map(([room, { length }]) => ({ room, head: length, startedAt: 0, lastAt: 0 })),
  };
}
