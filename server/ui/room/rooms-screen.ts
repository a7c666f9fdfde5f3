/** The rooms of the home: a list, the newest first. */
import type { RoomSummary } from "#core/journal.ts";
import { html } from "../html.ts";
import type { Screen, Visit } from "../page.ts";
import { moment, pager, section, table } from "../parts.ts";

export interface RoomsParts {
  readonly rooms: () => Promise<readonly RoomSummary[]>;
}

/** Rooms on one page. */
const ROOMS = 50;

export function roomsScreen(parts: RoomsParts): Screen {
  return {
    nav: { label: "Rooms", path: "/ui/rooms", place: 10 },
    pages: [{ path: "/ui/rooms", render: async (visit) => await list(parts, visit) }],
  };
}

async function list({ rooms }: RoomsParts, visit: Visit) {
  const all = await rooms();
  const page = Math.max(1, Math.trunc(Number(visit.query("page")) || 1));
  const shown = all.slice((page - 1) * ROOMS, page * ROOMS);
  const rows = table({
    caption: "Rooms",
    empty: "Nothing was ever said in this home.",
    rows: shown,
    columns: [
      { title: "Room", cell: ({ room }) => html`<a href="/ui/rooms/${room}">${room}</a>` },
      { title: "Last entry", cell: ({ lastAt }) => moment(lastAt) },
      { title: "Begun", cell: ({ startedAt }) => moment(startedAt) },
      { title: "Entries", kind: "number", cell: ({ head }) => head.toLocaleString("en") },
    ],
  });
  const pages = pager({
    about: "rooms",
    newer: page > 1 ? `/ui/rooms?page=${page - 1}` : undefined,
    older: page * ROOMS < all.length ? `/ui/rooms?page=${page + 1}` : undefined,
  });
  return { title: "Rooms", main: html`${section("All rooms", rows)}${pages}` };
}
