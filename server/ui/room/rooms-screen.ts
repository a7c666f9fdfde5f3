/** The rooms of the home: a list, the newest first, and each of them live. */
import { z } from "zod";
import type { Entry, RoomSummary } from "#core/journal.ts";
import type { OpenTurns } from "../../http/open-turns.ts";
import type { FollowRequest } from "../../socket/home-service.ts";
import { html } from "../html.ts";
import { action, type Screen, type View, type Visit } from "../page.ts";
import { moment, pager, postButton, section, table } from "../parts.ts";
import { roomActions } from "./room-actions.ts";
import { fileAnswer, filesView, type ReadableFiles } from "./room-files.ts";
import { diffView, roomPage } from "./room-page.ts";
import { roomPath } from "./room-parts.ts";
import { roomStream } from "./room-stream.ts";
import { type WatchedHome, WatchedRooms } from "./watched-rooms.ts";

/** What the screen needs of the owner of the home; `RoomHost` is one. */
interface RoomsHome extends WatchedHome {
  readonly rooms: () => Promise<readonly RoomSummary[]>;
  readonly follow: (request: FollowRequest, signal: AbortSignal) => AsyncIterable<Entry>;
}

export interface RoomsParts {
  readonly home: RoomsHome;
  readonly newRoom: () => string;
  readonly filesOf: (room: string) => Promise<ReadableFiles>;
  /** What a room changed in the repository that it works on; undefined where it works on none. */
  readonly diffOf: (room: string) => Promise<string | undefined>;
  readonly turns: Pick<OpenTurns, "isLeaving" | "during">;
}

/** Rooms on one page. */
const ROOMS = 50;

export function roomsScreen(parts: RoomsParts): Screen {
  const { home, turns, filesOf, diffOf, newRoom } = parts;
  const rooms = new WatchedRooms(home);
  const follow: RoomsHome["follow"] = (request, signal) => home.follow(request, signal);
  return {
    nav: { label: "Rooms", path: "/ui/rooms", position: 10 },
    pages: [
      { path: "/ui/rooms", render: async (visit) => await list(home, visit) },
      { path: "/ui/rooms/:id", render: async (visit) => await roomPage({ rooms, follow }, visit) },
      {
        path: "/ui/rooms/:id/stream",
        render: (visit) => {
          const last = lastOf(visit);
          return roomStream({ rooms, follow }, visit, { id: visit.param("id"), last });
        },
      },
      {
        path: "/ui/rooms/:id/files",
        render: async (visit) => await filesView(await filesOf(visit.param("id")), visit),
      },
      {
        path: "/ui/rooms/:id/file",
        render: async (visit) => await fileAnswer(await filesOf(visit.param("id")), visit),
      },
      {
        path: "/ui/rooms/:id/diff",
        render: async (visit) => {
          const id = visit.param("id");
          return diffView(id, await diffOf(id), visit.clean);
        },
      },
    ],
    actions: [
      action({
        ...{ path: "/ui/rooms", scope: "run", form: z.strictObject({}) },
        run: async (visit) => {
          const id = newRoom();
          // It is there from its first line on; until then the page keeps it open.
          await rooms.look(id, visit, "own");
          return { to: roomPath(id) };
        },
      }),
      ...roomActions({ rooms, turns }),
    ],
  };
}

/** The number of the entry that a reader has seen last: the newer of what it says itself and of its address. */
function lastOf(visit: Visit): number {
  const text = visit.header("last-event-id") ?? visit.query("from") ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

async function list(home: Pick<RoomsHome, "rooms">, visit: Visit): Promise<View> {
  const all = await home.rooms();
  const page = Math.max(1, Math.trunc(Number(visit.query("page")) || 1));
  const rows = table({
    caption: "Rooms",
    empty: "Nothing was ever said in this home.",
    rows: all.slice((page - 1) * ROOMS, page * ROOMS),
    columns: [
      { title: "Room", cell: ({ room }) => html`<a href="${roomPath(room)}">${room}</a>` },
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
  const open = postButton(visit, { to: "/ui/rooms", label: "New room", tone: "main" });
  return { title: "Rooms", beside: open, main: html`${section("All rooms", rows)}${pages}` };
}
