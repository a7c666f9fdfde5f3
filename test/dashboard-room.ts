/** A dashboard with a real room on a scripted model server. */

import type { HumanMessage, JournaledEvent } from "#core/events.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { keyOf } from "#room/entries.ts";
import { OpenTurns } from "#server/http/open-turns.ts";
import type { FollowRequest } from "#server/socket/home-service.ts";
import { RoomHost } from "#server/socket/room-host.ts";
import type { Screen } from "#server/ui/page.ts";
import { type RoomsParts, roomsScreen } from "#server/ui/room/rooms-screen.ts";
import { type TestDashboard, type TestVisitor, testDashboard } from "./dashboard.ts";
import {
  openTestRoom,
  type TestJournal,
  type TestRoomOptions,
  testJournal,
} from "./room-fixture.ts";
import { type Script, type ScriptedServer, scriptedServer } from "./scripted-server.ts";

export interface RoomBoard extends AsyncDisposable {
  readonly board: TestDashboard;
  readonly home: RoomHost;
  readonly model: ScriptedServer;
  readonly disk: TestJournal;
  readonly turns: OpenTurns;
  /** From where pages and streams have read rooms. */
  readonly followed: readonly FollowRequest[];
  /** Writes what happened into the journal of a room that is not open. */
  readonly write: (room: string, events: readonly JournaledEvent[]) => Promise<void>;
}

interface RoomBoardOptions extends Partial<Pick<RoomsParts, "filesOf" | "diffOf">> {
  readonly room?: Partial<TestRoomOptions>;
  /** Of the room and of its pages. */
  readonly cleaner?: TextCleaner;
  /** Others beside the rooms. */
  readonly screens?: readonly Screen[];
}

export async function roomBoard(
  script: Script,
  options: RoomBoardOptions = {},
): Promise<RoomBoard> {
  const parts = new AsyncDisposableStack();
  const disk = parts.use(await testJournal());
  const model = parts.use(scriptedServer(script));
  const { journal } = disk;
  const { cleaner = new TextCleaner() } = options;
  const home = parts.use(
    new RoomHost({
      journal,
      openRoom: (id) => openTestRoom({ journal, url: model.url, cleaner, ...options.room, id }),
    }),
  );
  const turns = new OpenTurns();
  let made = 0;
  const followed: FollowRequest[] = [];
  const screen = roomsScreen({
    home: {
      openClient: (choice) => home.openClient(choice),
      rooms: () => home.rooms(),
      follow: (request, signal) => {
        followed.push(request);
        return home.follow(request, signal);
      },
    },
    turns,
    newRoom: () => {
      made += 1;
      return `made-${made}`;
    },
    filesOf: options.filesOf ?? (() => Promise.reject(new Error("no files here"))),
    diffOf: options.diffOf ?? (() => Promise.resolve(undefined)),
  });
  const board = parts.use(
    await testDashboard({ screens: [screen, ...(options.screens ?? [])], service: home, cleaner }),
  );
  const write = async (room: string, events: readonly JournaledEvent[]) => {
    await Promise.all(events.map((event) => journal.append(room, { key: keyOf(event), event })));
  };
  return {
    ...{ board, home, model, disk, turns, followed, write },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** A line of the human, as the journal has it. */
export function userLine(id: string, text: string): HumanMessage {
  return { type: "message", id, from: "user", text, to: ["agent"], mode: "group" };
}

/** A visitor with all rights in a new room, which is "made-1". */
export async function inRoom(board: TestDashboard): Promise<TestVisitor> {
  const visitor = await board.signIn();
  await visitor.submit("/ui/rooms", {});
  return visitor;
}

/** Says a line in "made-1". */
export async function sayIn(
  visitor: TestVisitor,
  text: string,
  more: Record<string, string> = {},
): Promise<Response> {
  const fields = { text, mode: "", line: "line-0001", ...more };
  return await visitor.submit("/ui/rooms/made-1/say", fields);
}
