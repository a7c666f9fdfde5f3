import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { z } from "zod";
import type { RoomEvent } from "#core/events.ts";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import type { Room } from "#room/room.ts";
import {
  entriesOf,
  openTestRoom,
  spoken,
  type TestJournal,
  testJournal,
} from "#test/room-fixture.ts";
import { call, gate, hang, say, several } from "#test/scripted-answers.ts";
import { type Script, type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";
import { until } from "#test/until.ts";
import { defineTool } from "#tools/define-tool.ts";
import type { AskRequest } from "./home-service.ts";
import { RoomHost } from "./room-host.ts";

const { signal } = new AbortController();
const OPEN = { kind: "open" } as const;
const NEWEST = { kind: "newest" } as const;

/** A tool with the program's name that prints a secret, or meets a bug of ours. */
const tool = defineTool({
  name: "sh",
  effect: "none",
  description: "Prints.",
  input: z.object({ cmd: z.string() }),
  run: ({ cmd }) =>
    cmd === "bug"
      ? Promise.reject(new TypeError("undefined is not a function"))
      : Promise.resolve({ ok: true, output: "printed" }),
});

let disk: TestJournal;
let server: ScriptedServer;
let opened: string[];

beforeEach(async () => {
  disk = await testJournal();
  opened = [];
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await disk[Symbol.asyncDispose]();
});

function openHome(script: Script): RoomHost {
  server = scriptedServer(script);
  const { journal } = disk;
  return new RoomHost({
    journal,
    openRoom: (id) => {
      opened.push(id);
      return openTestRoom({ journal, url: server.url, id, tools: [tool] });
    },
  });
}

function ask(home: RoomHost, about: Partial<AskRequest> = {}): AsyncGenerator<RoomEvent, void> {
  return home.ask({ text: "hi", room: OPEN, raw: false, ...about }, signal);
}

test("following goes on with what is written later, from where one left off", async () => {
  await using home = openHome(() => say("Ok."));
  await Array.fromAsync(ask(home));
  const stop = new AbortController();
  const seen: number[] = [];
  const following = (async (): Promise<void> => {
    for await (const { seq } of home.follow({ room: NEWEST, from: 2 }, stop.signal)) {
      seen.push(seq);
      if (seq === 6) return;
    }
  })();
  await Array.fromAsync(ask(home, { room: NEWEST }));
  await following;
  stop.abort();
  expect(seen).toEqual([2, 3, 4, 5, 6]);
});

describe("asking", () => {
  test("streams what the question brings about, its end last", async () => {
    await using home = openHome([say("Hello.")]);
    const events = await Array.fromAsync(ask(home));
    expect(events[0]).toMatchObject({ type: "message", text: "hi" });
    expect(spoken(events)).toEqual(["agent: Hello."]);
    expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "complete" });
  });

  test("shows the raw output of tools only to a caller that asks for it", async () => {
    await using home = openHome(({ index }) =>
      index % 2 === 0 ? call("sh", { cmd: "x" }) : say("Ok."),
    );
    expect(JSON.stringify(await Array.fromAsync(ask(home)))).not.toContain("printed");
    expect(JSON.stringify(await Array.fromAsync(ask(home, { raw: true })))).toContain("printed");
  });

  test("uses the mode for this question only", async () => {
    await using home = openHome(() => say("Ok."));
    const first = await Array.fromAsync(ask(home, { mode: "direct:python" }));
    expect(spoken(first)).toEqual(["python: Ok."]);
    const second = await Array.fromAsync(ask(home, { room: NEWEST, text: "@@agent hi" }));
    expect(second[0]).toMatchObject({ mode: "group" });
  });

  test("tells of a bug of ours as the end of the turn", async () => {
    await using home = openHome([call("sh", { cmd: "bug" })]);
    const events = await Array.fromAsync(ask(home));
    expect(events.at(-1)).toMatchObject({
      type: "turn-end",
      reason: "error",
      code: "BUG",
      why: "org met a bug of its own: undefined is not a function",
    });
  });

  test("writes nothing when no persona can be asked", async () => {
    await using home = openHome([]);
    const asking = Array.fromAsync(ask(home, { text: "@@stranger hi" }));
    await expect(asking).rejects.toMatchObject({ code: "PERSONA_UNKNOWN" });
    expect(await home.rooms()).toEqual([]);
  });

  test("ends when the caller leaves: the server's connection is closed", async () => {
    await using home = openHome([several(say("Half"), hang())]);
    for await (const event of ask(home)) if (event.type === "text-delta") break;
    await server.requests[0]?.closed;
    const [room] = await home.rooms();
    expect((await entriesOf(disk.journal, room?.room)).at(-1)?.event).toMatchObject({
      type: "turn-end",
      reason: "aborted",
    });
  });

  test("that was aborted before it began is on record and not answered", async () => {
    await using home = openHome([]);
    const events = await Array.fromAsync(
      home.ask({ text: "hi", room: OPEN, raw: false }, AbortSignal.abort()),
    );
    expect(events.map(({ type }) => type)).toEqual(["message"]);
  });

  test("fails, but only then, when the journal does, however slow the reader is", async () => {
    const before = gate();
    await using home = openHome([several(say("Half"), before, say(" more."))]);
    const room = await home.enter(OPEN);
    const events = ask(home);
    await events.next();
    await before.reached;
    await disk.journal[Symbol.asyncDispose]();
    before.open();
    // What fails meanwhile waits for the reader; an unhandled rejection would fail this test.
    await until("the room to give up", async () => !room.busy);
    await expect(Array.fromAsync(events)).rejects.toMatchObject({ code: "JOURNAL_FAILED" });
  });
});

describe("which room", () => {
  test("a new one for each question, as long as none is on a screen", async () => {
    await using home = openHome(() => say("Ok."));
    await Array.fromAsync(ask(home));
    await Array.fromAsync(ask(home));
    expect(await home.rooms()).toHaveLength(2);
    expect(new Set(opened).size).toBe(2);
  });

  test("the one on the screen, which shows the question, too", async () => {
    await using home = openHome(() => say("Ok."));
    const room = await home.enter(OPEN);
    const shown: RoomEvent[] = [];
    using _ = room.listen((event) => shown.push(event));
    const events = await Array.fromAsync(ask(home));
    expect(shown).toEqual(events);
    expect(opened).toEqual([room.id]);
  });

  test("the newest or a named one, opened once", async () => {
    await using home = openHome(() => say("Ok."));
    await Array.fromAsync(ask(home));
    const [first] = opened;
    await Array.fromAsync(ask(home, { room: NEWEST }));
    await Array.fromAsync(ask(home, { room: { kind: "named", id: first ?? "" } }));
    expect(opened).toEqual([first ?? ""]);
    expect(server.requests[2]?.body.messages).toHaveLength(6);
  });

  test("is refused by its name, with the nearest one, when it is not there", async () => {
    await using home = openHome(() => say("Ok."));
    const empty = { message: "There is no room in this home yet", code: "ROOM_UNKNOWN" };
    await expect(Array.fromAsync(ask(home, { room: NEWEST }))).rejects.toMatchObject(empty);
    await expect(Array.fromAsync(home.entries(NEWEST))).rejects.toMatchObject(empty);
    await Array.fromAsync(ask(home));
    const id = `${opened[0]}x`;
    await expect(Array.fromAsync(home.entries({ kind: "named", id }))).rejects.toMatchObject({
      message: `There is no room "${id}" in this home`,
      remedies: [`org log ${opened[0]}`, "org log --list"],
    });
  });

  test("that could not be opened is tried again at the next question", async () => {
    server = scriptedServer([say("Ok.")]);
    const { journal } = disk;
    let tries = 0;
    await using home = new RoomHost({
      journal,
      openRoom: (id) => {
        tries += 1;
        if (tries === 1) return Promise.reject(new Error("not yet"));
        return openTestRoom({ journal, url: server.url, id });
      },
    });
    await expect(home.enter(OPEN)).rejects.toThrow("not yet");
    expect(spoken(await Array.fromAsync(ask(home)))).toEqual(["agent: Ok."]);
  });
});

test("disposing stops what runs in every room, and all of it is on disk", async () => {
  const home = openHome(() => several(say("Half"), hang()));
  const running = [ask(home), ask(home)];
  for (const events of running) await events.next();
  await Promise.all([server.request(0), server.request(1)]);
  await home[Symbol.asyncDispose]();
  for (const { room } of await home.rooms()) {
    expect((await entriesOf(disk.journal, room)).at(-1)?.event).toMatchObject({
      type: "turn-end",
      reason: "aborted",
    });
  }
  for (const events of running) await Array.fromAsync(events);
});

describe("questions to the human", () => {
  const SUPERVISED = {
    policy: { ...DEFAULT_POLICY, mode: "supervised" },
    resolveProgram: () => undefined,
  } as const;

  /** Two rooms, each of which has asked whether its call may run. */
  async function openAsking(home: RoomHost, rooms: readonly Room[], parts: DisposableStack) {
    for (const text of ["one", "two"]) await Array.fromAsync(ask(home, { text }));
    for (const room of rooms) {
      parts.use(room.approvals.setInteractive());
      await room.say("go");
      await until("it asks", async () => room.approvals.waiting.length === 1);
    }
  }

  function openSupervised(rooms: Room[]): RoomHost {
    server = scriptedServer(({ body }) => {
      const last = body.messages.at(-1);
      return last?.content?.includes("user: go") ? call("sh", { cmd: "x" }) : say("Ok.");
    });
    const { journal } = disk;
    const openRoom = async (id: string) => {
      const room = await openTestRoom({
        ...{ journal, id, url: server.url, permissions: SUPERVISED },
        tools: [{ ...tool, effect: "execute" }],
      });
      rooms.push(room);
      return room;
    };
    return new RoomHost({ journal, openRoom });
  }

  test("are those of all rooms, and an answer says which one it means", async () => {
    const rooms: Room[] = [];
    await using home = openSupervised(rooms);
    using parts = new DisposableStack();
    await openAsking(home, rooms, parts);
    const [first = "", second = ""] = rooms.map(({ id }) => id);
    const open = await home.questions();
    expect(open.map(({ room, asked }) => [room, asked.id])).toEqual([
      [first, "A1"],
      [second, "A1"],
    ]);
    await expect(home.answer({ id: "A1", approved: true })).rejects.toMatchObject({
      message: 'Several rooms have an approval "A1"',
      why: `open: A1 in ${first}, A1 in ${second}`,
      remedies: ["org approvals", `org approve A1 --room ${first}`],
    });
    const request = { id: " a1", approved: true, room: second };
    expect(await home.answer(request)).toMatchObject({ room: second, asked: { id: "A1" } });
    await expect(home.answer(request)).rejects.toMatchObject({ code: "USAGE" });
    expect(await home.answer({ id: "A1", approved: false })).toMatchObject({ room: first });
    await expect(home.answer({ ...request, approved: false })).rejects.toMatchObject({
      message: 'No approval " a1" is open',
      why: `in ${second} it was approved; an approval counts once`,
      remedies: ["org approvals"],
    });
    await expect(home.answer({ id: "A2", approved: false })).rejects.toMatchObject({
      why: "no call waits for your approval; an approval counts once, and expires",
    });
  });

  test("have one outcome when several surfaces answer in the same moment, and each is told which", async () => {
    const rooms: Room[] = [];
    await using home = openSupervised(rooms);
    using parts = new DisposableStack();
    await openAsking(home, rooms, parts);
    const [first, second] = rooms;
    if (first === undefined || second === undefined) throw new Error("There is no room");
    const answers = Promise.allSettled(
      [true, false, true].map((approved) => home.answer({ id: "A1", approved, room: first.id })),
    );
    // The surface at the room itself is quicker than those that ask its owner.
    first.approvals.answer("A1", false);
    for (const answer of await answers) {
      expect(answer).toMatchObject({
        status: "rejected",
        reason: { code: "USAGE", why: `in ${first.id} it was denied; an approval counts once` },
      });
    }
    const both = await Promise.allSettled(
      [false, true].map((approved) => home.answer({ id: "A1", approved, room: second.id })),
    );
    expect(both).toMatchObject([
      { status: "fulfilled" },
      { status: "rejected", reason: { why: expect.stringContaining("it was denied") } },
    ]);
    await until("both rooms to be done", async () => !first.busy && !second.busy);
    for (const { id } of rooms) {
      const outcomes = (await entriesOf(disk.journal, id)).flatMap(({ event }) =>
        event.type === "approval" && event.state === "answered" ? [event.outcome] : [],
      );
      expect(outcomes).toEqual(["denied"]);
    }
  });
});
