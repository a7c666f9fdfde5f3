import { describe, expect, test } from "bun:test";
import type { RoomEvent } from "#core/events.ts";
import { RelayedNodes, ROOM, typesOf } from "#test/relayed-nodes.ts";
import { spoken } from "#test/room-fixture.ts";
import { call, gate, say, several } from "#test/scripted-answers.ts";
import { until } from "#test/until.ts";
import type { RoomHost } from "../socket/room-host.ts";

const { signal } = new AbortController();

function ask(home: RoomHost, text: string, id?: string): Promise<readonly RoomEvent[]> {
  const room = { kind: "own", id: ROOM } as const;
  return Array.fromAsync(home.ask({ text, room, raw: false, id }, signal));
}

describe("a line for a room that another node has", () => {
  test("is answered there, and what comes of it is heard here", async () => {
    await using nodes = await RelayedNodes.start([say("One."), say("Two.")]);
    const [office, cellar] = [await nodes.node("office"), await nodes.node("cellar")];
    await ask(office, "first");
    const events = await ask(cellar, "my key is sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789");
    expect(spoken(events)).toEqual(["agent: Two."]);
    expect(typesOf(events)).toEqual([
      "notice",
      "message",
      "turn-start",
      "phase",
      "phase",
      "text-delta",
      "answer",
      "turn-end",
    ]);
    expect(nodes.holders.get(ROOM)).toBe("office");
    const { jobs } = await nodes.queue.list("room:office", { limit: 9 });
    expect(jobs).toMatchObject([{ state: "done" }]);
    expect(JSON.stringify(jobs)).not.toContain("abcdefghijklmnopqrstuvwxyz");
  });

  test("is heard word by word, as it is written there", async () => {
    const rest = gate();
    await using nodes = await RelayedNodes.start([
      say("One."),
      several(say("Two"), rest, say(" three.")),
    ]);
    const [office, cellar] = [await nodes.node("office"), await nodes.node("cellar")];
    await ask(office, "first");
    const room = { kind: "own", id: ROOM } as const;
    const seen: RoomEvent[] = [];
    for await (const event of cellar.ask({ text: "second", room, raw: false }, signal)) {
      seen.push(event);
      // It goes on once its beginning was seen at the other node.
      if (event.type === "text-delta" && event.text === "Two") rest.open();
    }
    expect(seen.flatMap((event) => (event.type === "text-delta" ? [event.text] : []))).toEqual([
      ...["Two", " three."],
    ]);
    expect(spoken(seen)).toEqual(["agent: Two three."]);
  });

  test("that cannot be sent is refused with what that node says", async () => {
    await using nodes = await RelayedNodes.start([say("One.")]);
    const [office, cellar] = [await nodes.node("office"), await nodes.node("cellar")];
    await ask(office, "first");
    await expect(ask(cellar, "@@stranger hi")).rejects.toMatchObject({
      code: "PERSONA_UNKNOWN",
      why: expect.stringContaining('node "office"'),
    });
  });

  test("is withdrawn from a node that is gone, and answered here", async () => {
    await using nodes = await RelayedNodes.start([say("One."), say("Two.")]);
    await ask(await nodes.node("office"), "first");
    // Has the room, and takes nothing any more.
    nodes.holders.set(ROOM, "gone");
    const cellar = await nodes.node("cellar");
    const asking = ask(cellar, "second");
    await until("it is sent", async () => {
      const { jobs } = await nodes.queue.list("room:gone", { limit: 9 });
      return jobs.length === 1;
    });
    nodes.holders.delete(ROOM);
    expect(spoken(await asking)).toEqual(["agent: Two."]);
    expect(await nodes.queue.list("room:gone", { limit: 9 })).toMatchObject({
      jobs: [{ state: "cancelled" }],
    });
  });

  test("that a node was killed over is closed as cut, and no tool of it runs again", async () => {
    await using nodes = await RelayedNodes.start([]);
    nodes.holders.set(ROOM, "killed");
    const cellar = await nodes.node("cellar");
    const asking = ask(cellar, "run it", "msg_1");
    const jobs = async () => await nodes.queue.lease("room:killed", { max: 1, leaseMs: 60_000 });
    await until("it is taken", async () => (await jobs()).length === 1);
    const turn = { turn: "turn_1", persona: "agent" } as const;
    const events = [
      { type: "message", id: "msg_1", from: "user", text: "run it", to: ["agent"], mode: "group" },
      { type: "turn-start", ...turn, message: "msg_1", model: "m", window: 8192 },
      {
        type: "tool-call",
        ...turn,
        origin: "declared",
        call: { id: "c1", name: "sh", arguments: { cmd: "x" } },
      },
    ] as const;
    for (const [index, event] of events.entries()) {
      await nodes.journal.append(ROOM, { key: String(index), event });
    }
    nodes.holders.delete(ROOM);
    const seen = await asking;
    expect(typesOf(seen)).toEqual(["message", "turn-start", "tool-call", "turn-end"]);
    expect(seen.at(-1)).toMatchObject({ reason: "cut" });
    expect([nodes.ran, nodes.requests]).toEqual([[], []]);
  });

  test("is stopped there when its asker leaves", async () => {
    const held = gate();
    await using nodes = await RelayedNodes.start([say("One."), several(held, say("Never."))]);
    const [office, cellar] = [await nodes.node("office"), await nodes.node("cellar")];
    await ask(office, "first");
    const stop = new AbortController();
    const room = { kind: "own", id: ROOM } as const;
    const events = Array.fromAsync(cellar.ask({ text: "second", room, raw: false }, stop.signal));
    await held.reached;
    stop.abort();
    await events;
    const [job] = (await nodes.queue.list("room:office", { limit: 9 })).jobs;
    expect(job).toMatchObject({ state: "cancelled" });
    held.open();
  });
});

test("what became of a line is known of a room of another node, too", async () => {
  await using nodes = await RelayedNodes.start([say("One.")]);
  const [office, cellar] = [await nodes.node("office"), await nodes.node("cellar")];
  await ask(office, "first", "msg_9");
  expect(await cellar.turnsOf({ kind: "named", id: ROOM }, "msg_9")).toMatchObject([
    { persona: "agent", text: "One.", end: { reason: "complete" } },
  ]);
});

test("a question of another node is answered there, once", async () => {
  await using nodes = await RelayedNodes.start([call("sh", { cmd: "x" }), say("Done.")]);
  const [office, cellar] = [await nodes.node("office"), await nodes.node("cellar")];
  const { room } = await office.openClient({ kind: "own", id: ROOM });
  using _user = room.approvals.setInteractive();
  const { done } = await room.say("go");
  await until("it asks", async () => room.approvals.waiting.length === 1);
  nodes.asked = await office.questions();
  const request = { id: "A1", approved: true };
  const open = { room: ROOM, asked: { id: "A1" } };
  expect(await cellar.questions()).toMatchObject([open]);
  expect(await cellar.answer(request)).toMatchObject(open);
  await done;
  expect(nodes.ran).toEqual(["x"]);
  await expect(cellar.answer(request)).rejects.toMatchObject({ code: "USAGE" });
});
