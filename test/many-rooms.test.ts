/** Many rooms at once: nothing is lost, mixed up or said in another's name, whatever comes first. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ChannelLock } from "#core/channel-lock.ts";
import type { RoomEvent, TurnEndReason } from "#core/events.ts";
import type { ChatRequest } from "#models/provider.ts";
import { isLive } from "#room/entries.ts";
import type { Room } from "#room/room.ts";
import { memoryJournal } from "./memory-journal.ts";
import { type Beat, calling, DONE, memoryProvider } from "./memory-provider.ts";
import { echoTool, entriesOf, openTestRoom, sayAndWait, testJournal } from "./room-fixture.ts";
import { say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

const PERSONAS = ["agent", "python", "toolsmith"];
const ROOMS = 50;

type Prompt = readonly { readonly role: string; readonly content: string | null }[];

/** Who asks, as the prompt itself says: the persona in the system prompt, the room in its first message. */
function whoAsks(messages: Prompt): { readonly persona: string; readonly room: string } {
  const all = messages.map(({ content }) => content ?? "").join("\n");
  const [, persona = "stranger"] = /^You are (\w+)/.exec(all) ?? [];
  const [, room = "nowhere"] = /this is (room-\d+)/.exec(all) ?? [];
  return { persona, room };
}

/** An answer that can be told from every other one, in many pieces. */
function words(persona: string, room: string): string {
  return Array.from({ length: 8 }, (_, index) => `${persona} in ${room} says ${index}`).join(", ");
}

/** What belongs to each turn, in the order in which it was seen. */
function byTurn(events: readonly RoomEvent[]): ReadonlyMap<string, readonly RoomEvent[]> {
  const turns = new Map<string, RoomEvent[]>();
  for (const event of events) {
    if (!("turn" in event)) continue;
    const turn = turns.get(event.turn) ?? [];
    turns.set(event.turn, [...turn, event]);
  }
  return turns;
}

interface Told {
  readonly persona: string;
  /** Every piece of text that was shown, joined. */
  readonly shown: string;
  /** What the journal keeps of it. */
  readonly kept: string;
  readonly reason: TurnEndReason;
}

/** One turn as its events tell it. @throws when an event is out of place. */
function tell(events: readonly RoomEvent[]): Told {
  const [first] = events;
  const last = events.at(-1);
  if (first?.type !== "turn-start" || last?.type !== "turn-end") {
    throw new Error(`A turn from ${first?.type} to ${last?.type}`);
  }
  let shown = "";
  let kept = "";
  for (const event of events) {
    if ("persona" in event) expect(event.persona).toBe(first.persona);
    if (event.type === "text-delta") shown += event.text;
    if (event.type === "answer") kept += event.text;
  }
  const inner = events.slice(1, -1).map(({ type }) => type);
  expect(inner.filter((type) => type === "turn-start" || type === "turn-end")).toEqual([]);
  return { persona: first.persona, shown, kept, reason: last.reason };
}

test("50 rooms with 3 personas each, over real HTTP and one real journal", async () => {
  await using server = scriptedServer(({ body }) => {
    const { persona, room } = whoAsks(body.messages);
    return say(words(persona, room));
  });
  await using home = await testJournal();
  const lock = new ChannelLock(16);
  const ids = Array.from({ length: ROOMS }, (_, index) => `room-${index}`);
  const rooms = await Promise.all(
    ids.map((id) => openTestRoom({ journal: home.journal, url: server.url, id, lock })),
  );
  const heard = new Map<string, RoomEvent[]>();
  for (const room of rooms) {
    const events: RoomEvent[] = [];
    heard.set(room.id, events);
    room.listen((event) => events.push(event));
  }
  const own = await Promise.all(
    rooms.map((room) => sayAndWait(room, `@@group this is ${room.id}`)),
  );

  for (const [index, id] of ids.entries()) {
    const events = heard.get(id) ?? [];
    expect(own[index]).toEqual(events);
    const turns = [...byTurn(events).values()].map(tell);
    expect(turns).toHaveLength(PERSONAS.length);
    for (const { persona, shown, kept, reason } of turns) {
      expect([shown, kept, reason]).toEqual([words(persona, id), words(persona, id), "complete"]);
    }
    expect(turns.map(({ persona }) => persona).sort()).toEqual(PERSONAS);
    const entries = await entriesOf(home.journal, id);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
    expect(entries.map(({ event }) => event)).toEqual(events.filter((event) => !isLive(event)));
  }
  expect(server.requests).toHaveLength(ROOMS * PERSONAS.length);
  await Promise.all(rooms.map((room) => room[Symbol.asyncDispose]()));
});

/** A shorter one, for worlds that are built over and over. */
function line(persona: string, room: string): string {
  return words(persona, room).slice(0, 40);
}

interface World extends AsyncDisposable {
  readonly rooms: readonly Room[];
  /** Every event of all rooms in the order in which they were seen. */
  readonly seen: readonly { readonly room: string; readonly event: RoomEvent }[];
  /** The most completions that streamed at the same moment. */
  readonly mostAtOnce: () => number;
  readonly stored: (room: string) => readonly RoomEvent[];
}

/** Two rooms on one endpoint, in which every piece of text and every write waits for the scheduler. */
async function openWorld(scheduler: fc.Scheduler, limit: number): Promise<World> {
  let streaming = 0;
  let most = 0;
  let isCalm = true as boolean;
  const settle = () => (isCalm ? Promise.resolve() : scheduler.schedule(Promise.resolve()));
  const journal = memoryJournal(settle);
  const provider = memoryProvider((request: ChatRequest): readonly Beat[] => {
    const { persona, room } = whoAsks(request.messages);
    const used = request.messages.some(({ role }) => role === "tool");
    const begin = async () => {
      streaming += 1;
      most = Math.max(most, streaming);
      await settle();
    };
    const end = async () => {
      await settle();
      streaming -= 1;
    };
    const pieces =
      words(persona, room)
        .slice(0, 40)
        .match(/.{1,16}/g) ?? [];
    const spoken = pieces.flatMap((text): Beat[] => [{ type: "text", text }, settle]);
    const call = persona === "agent" && !used ? [calling("sh", { cmd: room })] : [];
    return [begin, ...spoken, end, ...call, DONE];
  });
  const lock = new ChannelLock(limit);
  const open = (id: string) =>
    openTestRoom({ journal, url: "", id, lock, provider, tools: [echoTool] });
  const rooms = await Promise.all(["room-0", "room-1"].map(open));
  const seen: { readonly room: string; readonly event: RoomEvent }[] = [];
  for (const room of rooms) {
    room.listen((event) => {
      // On disk first; raw output is there, but is not shown.
      if (!isLive(event)) {
        expect(journal.stored(room.id)).toContainEqual(expect.objectContaining(event));
      }
      seen.push({ room: room.id, event });
    });
  }
  isCalm = false;
  return {
    rooms,
    seen,
    mostAtOnce: () => most,
    stored: journal.stored,
    [Symbol.asyncDispose]: async () => {
      isCalm = true;
      await Promise.all(rooms.map((room) => room[Symbol.asyncDispose]()));
    },
  };
}

/** Every turn of a room tells its own story, and the journal holds what was seen. */
function expectWhole({ seen, stored }: World, id: string): void {
  const events = seen.flatMap(({ room, event }) => (room === id ? [event] : []));
  const turns = [...byTurn(events).values()].map(tell);
  expect(turns.map(({ persona }) => persona).sort()).toEqual(PERSONAS);
  for (const { persona, shown, kept } of turns) {
    // The agent speaks before its tool call and behind it.
    const text = line(persona, id).repeat(persona === "agent" ? 2 : 1);
    expect([shown, kept]).toEqual([text, text]);
  }
  expect(typesOf(events.filter((event) => !isLive(event)))).toEqual(typesOf(stored(id)));
}

/** With one speaker at a time, no persona's text stands in the middle of another's. */
function expectNoInterruption({ seen }: World): void {
  for (const { persona, room, text } of runs(seen)) {
    expect(text.replaceAll(line(persona, room), "")).toBe("");
  }
}

describe("in whatever order pieces of text and writes come,", () => {
  test("each is told of its own turn, the journal agrees, and the endpoint is never overcrowded", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 3 }), async (scheduler, limit) => {
        await using world = await openWorld(scheduler, limit);
        const saying = world.rooms.map((room) => sayAndWait(room, `@@group this is ${room.id}`));
        await scheduler.waitFor(Promise.all(saying));

        for (const { id } of world.rooms) expectWhole(world, id);
        expect(world.mostAtOnce()).toBeLessThanOrEqual(limit);
        if (limit === 1) expectNoInterruption(world);
      }),
    );
  });

  test("an abort ends its own room only, with what was said kept", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        await using world = await openWorld(scheduler, 1);
        const stop = new AbortController();
        const [stopped, other] = world.rooms;
        if (stopped === undefined || other === undefined) throw new Error("There are two rooms");
        const saying = [
          sayAndWait(stopped, `@@group this is ${stopped.id}`, stop.signal),
          sayAndWait(other, `@@group this is ${other.id}`),
        ];
        const aborting = scheduler.schedule(Promise.resolve()).then(() => stop.abort());
        const [first = [], second = []] = await scheduler.waitFor(Promise.all(saying));
        await aborting;

        for (const turn of byTurn(first).values()) {
          const { shown, kept, reason } = tell(turn);
          expect(["aborted", "complete"]).toContain(reason);
          expect(kept).toBe(shown);
        }
        const reasons = [...byTurn(second).values()].map((turn) => tell(turn).reason);
        expect(reasons).toEqual(["complete", "complete", "complete"]);
      }),
    );
  });
});

/** Text of one turn that no other text interrupts. */
function runs(seen: World["seen"]): { persona: string; room: string; text: string }[] {
  const found: { persona: string; room: string; text: string; turn: string }[] = [];
  for (const { room, event } of seen) {
    if (event.type !== "text-delta") continue;
    const { turn, persona, text } = event;
    const last = found.at(-1);
    if (last?.turn === turn) last.text += text;
    else found.push({ turn, persona, room, text });
  }
  return found;
}

function typesOf(events: readonly RoomEvent[]): string[] {
  return events.map((event) => `${event.type} ${"turn" in event ? event.turn : ""}`);
}
