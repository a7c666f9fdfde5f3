import { afterEach, describe, expect, test } from "bun:test";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { ChannelLock } from "#core/channel-lock.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { inRoom, type RoomBoard, roomBoard, sayIn, userLine } from "#test/dashboard-room.ts";
import { gate, say, several } from "#test/scripted-answers.ts";
import type { Script } from "#test/scripted-server.ts";

let open: RoomBoard | undefined;
afterEach(async () => {
  await open?.[Symbol.asyncDispose]();
  open = undefined;
});

async function opened(script: Script): Promise<RoomBoard> {
  open = await roomBoard(script);
  return open;
}

interface Seen {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

/** Reads a stream until an event fits; gives all events so far. */
async function streamUntil(
  answer: Response,
  fits: (seen: Seen) => boolean,
): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  const text = answer.body?.pipeThrough(new TextDecoderStream());
  for await (const { id, event, data } of text?.pipeThrough(new EventSourceParserStream()) ?? []) {
    const one = { id, event, data };
    seen.push(one);
    if (fits(one)) break;
  }
  return seen;
}

describe("the stream of a room", () => {
  test("brings what is written as it is written, and how the room stands", async () => {
    const half = gate();
    const { board } = await opened([several(say("Half of it, "), half, say("and the rest."))]);
    const visitor = await inRoom(board);
    const stream = await visitor.get("/ui/rooms/made-1/stream?from=0");
    expect(stream.headers.get("content-type")).toBe("text/event-stream");
    await sayIn(visitor, "Tell me.");
    await half.reached;
    half.open();
    const seen = await streamUntil(stream, ({ event, data }) => {
      return event === "row" && data.includes("and the rest.");
    });
    const text = seen.filter(({ event }) => event === "text").map(({ data }) => JSON.parse(data));
    expect(text.map(({ text: piece }) => piece).join("")).toStartWith("Half of it,");
    expect(
      seen.filter(({ event }) => event === "part").map(({ data }) => JSON.parse(data).name),
    ).toEqual(expect.arrayContaining(["approvals", "state", "turns"]));
  });

  test("goes on behind the entry that a reader has seen, with nothing twice and nothing missing", async () => {
    const { board, write } = await opened([]);
    await write(
      "old",
      Array.from({ length: 20 }, (_, at) => userLine(`m${at}`, `line ${at}`)),
    );
    const visitor = await board.signIn();
    const headers = { "last-event-id": "15" };
    const stream = await visitor.get("/ui/rooms/old/stream?from=2", headers);
    const seen = await streamUntil(stream, ({ event }) => event === "part");
    expect(
      seen.flatMap(({ id }) => (id === undefined || id === "" ? [] : [id])).slice(0, 5),
    ).toEqual([...["16", "17", "18", "19", "20"]]);
  });

  test("and the page show nothing of what became secret after it was said", async () => {
    open = await roomBoard([], { cleaner: new TextCleaner(["hunter2-hunter2"]) });
    await open.write("old", [userLine("m1", "The word is hunter2-hunter2.")]);
    const visitor = await open.board.signIn();
    expect(await visitor.page("/ui/rooms/old")).toContain("The word is");
    expect(await visitor.page("/ui/rooms/old")).not.toContain("hunter2");
    const stream = await visitor.get("/ui/rooms/old/stream?from=0");
    const seen = await streamUntil(stream, ({ event }) => event === "part");
    expect(JSON.stringify(seen)).toContain("The word is");
    expect(JSON.stringify(seen)).not.toContain("hunter2");
  });

  test("begins anew for a reader that was away for long", async () => {
    const { board, write } = await opened([]);
    await write(
      "old",
      Array.from({ length: 900 }, (_, at) => userLine(`m${at}`, `line ${at}`)),
    );
    const stream = await (await board.signIn()).get("/ui/rooms/old/stream?from=1");
    const seen = await streamUntil(stream, ({ event }) => event === "part");
    expect(seen[0]?.event).toBe("anew");
    expect(seen.filter(({ event }) => event === "row")).toHaveLength(300);
  });

  test("reaches every reader of a room, and each of them shows the same", async () => {
    const { board } = await opened([say("For both.")]);
    const visitor = await inRoom(board);
    const streams = await Promise.all(
      [1, 2].map(async () => await visitor.get("/ui/rooms/made-1/stream?from=0")),
    );
    await sayIn(visitor, "Hello?");
    const isAnswer = ({ event, data }: Seen) => event === "row" && data.includes("For both.");
    const [one, two] = await Promise.all(streams.map((stream) => streamUntil(stream, isAnswer)));
    const rows = (seen: readonly Seen[] = []) => seen.filter(({ event }) => event === "row");
    expect(rows(one)).toEqual([...rows(two)]);
  });

  test("says how the room stands where no entry of it tells: another room speaks through its endpoint", async () => {
    const lock = new ChannelLock(1);
    open = await roomBoard([], { room: { lock } });
    const visitor = await inRoom(open.board);
    const stream = await visitor.get("/ui/rooms/made-1/stream?from=0");
    const states: string[] = [];
    using held = new DisposableStack();
    await streamUntil(stream, ({ event, data }) => {
      if (event !== "part" || JSON.parse(data).name !== "state") return false;
      states.push(data);
      if (states.length === 1)
        void lock.waitForLock(1000, { owner: "stranger" }).then((own) => held.use(own));
      return data.includes("stranger speaks");
    });
    expect(states).toEqual([
      expect.stringContaining('"free"'),
      expect.stringContaining("stranger speaks"),
    ]);
  });

  test("ends when the session does, though nothing happens in the room", async () => {
    const { board } = await opened([]);
    const visitor = await inRoom(board);
    const stream = await visitor.get("/ui/rooms/made-1/stream?from=0");
    board.sessions.endAll();
    const seen = await streamUntil(stream, () => false);
    expect(seen.at(-1)?.event).toBe("end");
    const again = await visitor.get("/ui/rooms/made-1/stream", { accept: "text/event-stream" });
    expect(again.status).toBe(401);
  });

  test("holds back everything that is said once its token is revoked", async () => {
    const { board } = await opened([say("A secret plan.")]);
    const owner = await inRoom(board);
    const guest = await board.signIn("read");
    const stream = await guest.get("/ui/rooms/made-1/stream?from=0");
    board.store.revoke(board.store.list()[0]?.id ?? "");
    await sayIn(owner, "What now?");
    const seen = await streamUntil(stream, () => false);
    expect(JSON.stringify(seen)).not.toMatch(/What now|secret plan/);
  });
});
