import { describe, expect, test } from "bun:test";
import type { RoomEvent } from "#core/events.ts";
import { RelayedNodes, ROOM, typesOf } from "#test/relayed-nodes.ts";
import { spoken } from "#test/room-fixture.ts";
import { call, gate, say, several } from "#test/scripted-answers.ts";
import { until } from "#test/until.ts";
import type { RoomHost } from "../socket/room-host.ts";
import { WatchedRooms } from "../ui/room/watched-rooms.ts";

const { signal } = new AbortController();

function ask(home: RoomHost, text: string): Promise<readonly RoomEvent[]> {
  const room = { kind: "own", id: ROOM } as const;
  return Array.fromAsync(home.ask({ text, room, raw: false }, signal));
}

describe("a screen at a room of another node", () => {
  const CHOICE = { kind: "own", id: ROOM } as const;

  test("shows what is written there, and what is said on it is answered there", async () => {
    const rest = gate();
    await using nodes = await RelayedNodes.start([
      say("One."),
      several(say("Two"), rest, say(" three.")),
    ]);
    const [office, cellar] = [await nodes.node("office"), await nodes.node("cellar")];
    await ask(office, "first");
    using held = await cellar.openClient(CHOICE);
    const { room } = held;
    expect([room.id, await held.head()]).toEqual([ROOM, await nodes.journal.head(ROOM)]);
    expect(room.nextSpeakers).toEqual(["agent"]);
    const seen: RoomEvent[] = [];
    using _listening = room.listen((event) => void seen.push(event));
    const key = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789";
    const told: RoomEvent[] = [];
    const { done } = await room.say(`my key is ${key}`, { listener: (event) => told.push(event) });
    await until("the first words", async () => typesOf(seen).includes("text-delta"));
    await until("the state", async () => room.busy);
    rest.open();
    await done;
    await until("the end", async () => typesOf(seen).includes("turn-end") && !room.busy);
    expect(spoken(seen)).toEqual(["agent: Two three."]);
    expect(nodes.holders.get(ROOM)).toBe("office");
    const { jobs } = await nodes.queue.list("screen:office", { limit: 9 });
    expect(JSON.stringify([jobs, seen])).not.toContain("abcdefghijklmnopqrstuvwxyz");
    expect(told.map((event) => (event.type === "notice" ? event.text : ""))).toContainEqual(
      expect.stringContaining("what looks like a secret"),
    );
    // A second screen of this node is one more reader of the same room.
    using second = await cellar.openClient(CHOICE);
    expect(second.room).toBe(room);
    expect(await cellar.clientAt(ROOM)).toBe(room);
  });

  test("approves there what is asked there, and can stop what runs", async () => {
    await using nodes = await RelayedNodes.start([
      say("One."),
      call("sh", { cmd: "x" }),
      say("Done."),
      several(gate(), say("Never.")),
    ]);
    const [office, cellar] = [await nodes.node("office"), await nodes.node("cellar")];
    await ask(office, "first");
    using held = await cellar.openClient(CHOICE);
    const { room } = held;
    using _user = room.approvals.setInteractive();
    const own = await office.openedRoom(ROOM);
    await until("the user is there", async () => own.approvals.waiting.length === 0);
    const { done } = await room.say("go");
    await until("it asks", async () => room.approvals.waiting.length === 1);
    room.approvals.answer("A1", true);
    await done;
    expect(nodes.ran).toEqual(["x"]);
    const next = await room.say("and on");
    await until("it runs", async () => room.busy);
    expect(room.stop()).toBe(true);
    await next.done;
    await until("it has stopped", async () => !room.busy);
  });

  test("goes on here once that node is gone", async () => {
    await using nodes = await RelayedNodes.start([say("One."), say("Two.")]);
    const [office, cellar] = [await nodes.node("office"), await nodes.node("cellar")];
    await ask(office, "first");
    using held = await cellar.openClient(CHOICE);
    const seen: RoomEvent[] = [];
    using _listening = held.room.listen((event) => void seen.push(event));
    nodes.holders.delete(ROOM);
    await until("it goes on", async () => JSON.stringify(seen).includes("kept again"));
    expect(nodes.holders.get(ROOM)).toBe("cellar");
    await (await held.room.say("second")).done;
    await until("the answer", async () => spoken(seen).includes("agent: Two."));
    expect(nodes.requests).toHaveLength(2);
  });

  test("is shown what was said before it found the next node", async () => {
    await using nodes = await RelayedNodes.start([say("One."), say("Two.")]);
    const [office, cellar] = [await nodes.node("office"), await nodes.node("cellar")];
    await ask(office, "first");
    using held = await cellar.openClient(CHOICE);
    const seen: RoomEvent[] = [];
    using _listening = held.room.listen((event) => void seen.push(event));
    nodes.holders.delete(ROOM);
    // The screen looks for the node of its room a while later: mostly once all is said, on a busy machine amid it.
    await ask(cellar, "second");
    await until("what was missed", async () => spoken(seen).includes("agent: Two."));
    const numbers = seen.filter(({ type }) => type === "message" || type === "turn-end");
    expect(typesOf(numbers)).toEqual(["message", "turn-end"]);
  });

  test("is also a page of the dashboard", async () => {
    const rest = gate();
    await using nodes = await RelayedNodes.start([say("One."), several(say("Two"), rest)]);
    const [office, cellar] = [await nodes.node("office"), await nodes.node("cellar")];
    await ask(office, "first");
    using held = await new WatchedRooms(cellar).hold(ROOM, { scope: "admin" });
    const { watched } = held;
    const { done } = await watched.room.say("second");
    await until("the first words", async () => {
      return [...watched.live.values()].some(({ text }) => text === "Two");
    });
    rest.open();
    await done;
  });

  test("that cannot be opened there is told why", async () => {
    await using nodes = await RelayedNodes.start([]);
    nodes.holders.set(ROOM, "gone");
    const cellar = await nodes.node("cellar");
    const opening = cellar.openClient(CHOICE);
    opening.catch(() => undefined);
    await until("it is sent", async () => {
      return (await nodes.queue.list("screen:gone", { limit: 9 })).jobs.length === 1;
    });
    nodes.holders.set(ROOM, "other");
    await expect(opening).rejects.toMatchObject({ code: "OWNER_LOST" });
  });
});
