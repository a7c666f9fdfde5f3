/** Judges a journal that several nodes wrote to, by what each of them was told. */
import type { Entry } from "#core/journal.ts";

/** A line that a node was told is written. */
export interface ConfirmedLine {
  readonly room: string;
  readonly key: string;
  readonly seq: number;
}

export interface RoomHistory {
  readonly confirmed: readonly ConfirmedLine[];
  /** Keys that any node tried to write. */
  readonly tried: ReadonlySet<string>;
  /** By room, in order. */
  readonly rooms: ReadonlyMap<string, readonly Entry[]>;
  /** Who wrote a line: a node, from its start to its end. */
  readonly ownerOf: (key: string) => string;
}

/** What must not be, each as a list of keys or rooms. */
export interface RoomVerdict {
  /** Confirmed, and not there under its number. */
  readonly lost: readonly string[];
  /** There twice. */
  readonly twice: readonly string[];
  /** There, and never tried. */
  readonly invented: readonly string[];
  /** Rooms whose numbers are not 1, 2, 3. */
  readonly gaps: readonly string[];
  /** Of an owner that came before, behind a line of a newer one. */
  readonly stale: readonly string[];
}

export function judgeRooms({ confirmed, tried, rooms, ownerOf }: RoomHistory): RoomVerdict {
  const all = [...rooms.values()].flat().map(({ key }) => key);
  const keyAt = (room: string, seq: number): string | undefined =>
    rooms.get(room)?.find((entry) => entry.seq === seq)?.key;
  return {
    lost: confirmed.filter(({ room, key, seq }) => keyAt(room, seq) !== key).map(({ key }) => key),
    twice: all.filter((key, index) => all.indexOf(key) !== index),
    invented: all.filter((key) => !tried.has(key)),
    gaps: [...rooms].flatMap(([room, entries]) =>
      entries.some(({ seq }, index) => seq !== index + 1) ? [room] : [],
    ),
    stale: [...rooms.values()].flatMap((entries) => staleIn(entries, ownerOf)),
  };
}

function staleIn(entries: readonly Entry[], ownerOf: RoomHistory["ownerOf"]): readonly string[] {
  const before = new Set<string>();
  let owner: string | undefined;
  return entries.flatMap(({ key }) => {
    const next = ownerOf(key);
    if (next === owner) return [];
    if (owner !== undefined) before.add(owner);
    owner = next;
    return before.has(next) ? [key] : [];
  });
}
