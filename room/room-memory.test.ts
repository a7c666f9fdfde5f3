import { describe, expect, test } from "bun:test";
import type { Author, NoteDraft } from "#core/memory.ts";
import { FORSAKEN, forsakenMemory, homeMemory } from "#test/memory/home-memory.ts";
import { play } from "#test/memory/play-room.ts";
import { entriesOf, openTestRoom, sayAndWait, testJournal } from "#test/room-fixture.ts";
import { call, say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import type { Room } from "./room.ts";

const OPENS = "The shop opens at nine.";
const keep = call("memory_save", { text: OPENS, kind: "fact" });
const kept = say("Kept.");
const RED: NoteDraft = { text: "The shop is red.", kind: "fact" };
const HUMAN: Author = { trust: "human", origin: "human" };

describe("the trust of a note", () => {
  test("a model's, where the turn has read nothing from outside; the room says where it comes from", async () => {
    const lines = ["It opens at nine, keep that."];
    const { notes, read } = await play({ script: [keep, kept], lines });
    expect(notes).toMatchObject([
      {
        ...{ text: OPENS, trust: "model", origin: "persona:agent", scope: "room" },
        ...{ room: "test", seq: 1, quote: lines[0] },
      },
    ]);
    expect(read).toBe("Saved as m1.");
  });

  test("still a model's after it looked for notes of a model and of the user", async () => {
    const script = [call("memory_search", { query: "shop" }), keep, kept];
    const { notes } = await play({ script, lines: ["Look."], kept: [[RED, HUMAN]] });
    expect(notes.map(({ trust }) => trust)).toEqual(["model", "human"]);
  });

  test("untrusted after it found an untrusted one", async () => {
    const script = [call("memory_search", { query: "shop" }), keep, kept];
    const planted: Author = { trust: "untrusted", origin: "persona:python" };
    const { notes, read } = await play({ script, lines: ["Look."], kept: [[RED, planted]] });
    expect(notes[0]?.trust).toBe("untrusted");
    expect(JSON.stringify(read)).not.toContain("m1 · fact · human");
  });
});

test("what is saved in a direct conversation belongs to that persona", async () => {
  const direct = (room: Room) => room.setMode("direct:python", "user");
  const { notes, seenBy } = await play({ script: [keep, kept], lines: [direct, "Keep it."] });
  expect(notes).toMatchObject([{ scope: "persona:python" }]);
  expect([seenBy.agent.length, seenBy.python.length]).toEqual([0, 1]);
});

test("a model that names what its note replaces has it replaced, and is told so", async () => {
  const again = call("memory_save", { text: "The shop opens at ten.", replaces: "m1" });
  const lines = ["Keep it.", "Ten."];
  const { notes, read } = await play({ script: [keep, kept, again, kept], lines });
  expect(read).toStartWith("Saved as m2 in the place of m1.");
  expect(notes.map(({ id }) => id)).toEqual([2]);
});

test("a model cannot replace what the user said", async () => {
  const again = call("memory_save", { text: "The shop opens at ten.", replaces: "m1" });
  const before = [[{ text: OPENS, kind: "fact" }, HUMAN]] as const;
  const { notes, read } = await play({ script: [again, kept], lines: ["Ten."], kept: before });
  expect(read).toContain("MEMORY_TRUST");
  expect(notes.map(({ text }) => text)).toEqual([OPENS]);
});

test("the sixth note of a turn is refused", async () => {
  const doors = ["red", "green", "blue", "white", "black", "grey"].map((colour, index) =>
    call("memory_save", { text: `Door number ${index} is ${colour}.` }),
  );
  const { notes, read } = await play({ script: [...doors, kept], lines: ["Keep all."] });
  expect(read).toContain("MEMORY_LIMIT");
  expect(notes).toHaveLength(5);
});

test("an exchange that has ended is found from another room, and the one that runs is not", async () => {
  await using server = scriptedServer([
    say("It opens at nine."),
    call("memory_search", { query: "When does the shop open?" }),
    say("At nine."),
  ]);
  await using home = await testJournal();
  await using own = homeMemory();
  const options = {
    ...{ journal: home.journal, url: server.url },
    memory: own.held.source(home.journal),
  };
  {
    await using room = await openTestRoom({ ...options, id: "first" });
    await sayAndWait(room, "When does the shop open?");
  }
  await using room = await openTestRoom({ ...options, id: "second" });
  await sayAndWait(room, "When does the shop open today?");
  const found = server.requests[2]?.body.messages.at(-1)?.content ?? "";
  expect(found).toContain("episode in first from #1 · model · ");
  expect(found).not.toContain("episode in second");
});

test("a memory that cannot be opened is told of once, and the room goes on without it", async () => {
  await using server = scriptedServer(() => say("Fine."));
  await using home = await testJournal();
  await using own = homeMemory();
  await Bun.write(own.path, "no database, but long enough to be looked at as one".repeat(100));
  const memory = own.held.source(home.journal);
  await using room = await openTestRoom({ journal: home.journal, url: server.url, memory });
  const events = [...(await sayAndWait(room, "Hello.")), ...(await sayAndWait(room, "And?"))];
  const ends = events.flatMap((event) => (event.type === "turn-end" ? [event.reason] : []));
  expect(ends).toEqual(["complete", "complete"]);
  const entries = await entriesOf(home.journal);
  const codes = entries.flatMap(({ event }) => (event.type === "notice" ? [event.code] : []));
  expect(codes).toEqual(["MEMORY_DAMAGED"]);
});

test("an embedding model that does not start is told of once in the room, which recalls notes without it", async () => {
  await using server = scriptedServer(() => say("Fine."));
  await using home = await testJournal();
  await using own = forsakenMemory();
  const memory = own.held.source(home.journal);
  await (await memory.open()).save({ text: OPENS, kind: "fact" }, HUMAN);
  expect(memory.takeNotice()).toBe(FORSAKEN);
  await own.held.close();
  await using room = await openTestRoom({ journal: home.journal, url: server.url, memory });
  for (let line = 0; line < 2; line += 1) await sayAndWait(room, "When does the shop open?");
  const entries = await entriesOf(home.journal);
  const told = entries.flatMap(({ event }) => (event.type === "notice" ? [event.text] : []));
  expect(told).toEqual([FORSAKEN]);
  expect(server.requests[0]?.body.messages.at(-1)?.content).toContain(OPENS);
});

test("a model that cannot tell an update only proposes to replace, and is asked when it names one", async () => {
  const again = call("memory_save", { text: "The shop opens at ten.", replaces: "m1" });
  await using server = scriptedServer([keep, kept, again, kept]);
  await using home = await testJournal();
  await using own = homeMemory();
  const memory = own.held.source(home.journal);
  const asked: string[] = [];
  const mayReplace = async ({ name }: { readonly name: string }) => asked.push(name) < 0;
  const options = { journal: home.journal, url: server.url, memory, mayReplace };
  await using room = await openTestRoom(options);
  await sayAndWait(room, "Keep it.");
  expect(asked).toEqual([]);
  await sayAndWait(room, "Ten.");
  expect(asked).toEqual(["m"]);
  const notes = (await memory.open()).list("human", ["active", "staged"]);
  expect(notes).toMatchObject([
    { state: "staged", proposes: 1 },
    { text: OPENS, state: "active" },
  ]);
});
