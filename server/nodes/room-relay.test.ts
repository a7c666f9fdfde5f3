/** Two nodes in one process: a home each, one journal and one queue, and a table of who has which room. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openSqliteJournal, type SqliteJournal } from "#home/journal/sqlite-journal.ts";
import { openSqliteQueue, type SqliteQueue } from "#home/queue/sqlite-queue.ts";
import { openTestRoom, spoken } from "#test/room-fixture.ts";
import { call, gate, say, several } from "#test/scripted-answers.ts";
import { type Script, type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";
import { until } from "#test/until.ts";
import { defineTool } from "#tools/define-tool.ts";
import type { OpenQuestion } from "../socket/home-service.ts";
import { RoomHost } from "../socket/room-host.ts";
import { RoomRelay } from "./room-relay.ts";

const { signal } = new AbortController();
const SUPERVISED = {
  policy: { ...DEFAULT_POLICY, mode: "supervised" },
  resolveProgram: () => undefined,
} as const;
let folder: string;
let parts: AsyncDisposableStack;
let journal: SqliteJournal;
let queue: SqliteQueue;
let server: ScriptedServer;
/** Nodes by the rooms that they have. */
let holders: Map<string, string>;
let ran: string[];
/** Questions of rooms that another node has. */
let asked: readonly OpenQuestion[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "org-relay-"));
  parts = new AsyncDisposableStack();
  journal = parts.use(await openSqliteJournal(join(folder, "journal.sqlite")));
  queue = parts.use(await openSqliteQueue(join(folder, "queue.sqlite")));
  holders = new Map();
  ran = [];
  asked = [];
});

afterEach(async () => {
  await parts.disposeAsync();
  rmSync(folder, { recursive: true });
});

function scripted(script: Script): void {
  server = parts.use(scriptedServer(script));
}

const tool = defineTool({
  name: "sh",
  effect: "execute",
  description: "Prints.",
  input: z.object({ cmd: z.string() }),
  run: async ({ cmd }) => {
    ran.push(cmd);
    return { ok: true, output: "printed" };
  },
});

async function node(name: string): Promise<RoomHost> {
  const relay = new RoomRelay({
    ...{ queue, journal, node: name, lookMs: 5 },
    holderOf: async (room) => holders.get(room),
    questions: async () => asked,
    cleaner: new TextCleaner(),
    report: (error) => {
      throw error;
    },
  });
  const home = parts.use(
    new RoomHost({
      journal,
      others: relay,
      openRoom: async (id) => {
        const holder = holders.get(id) ?? name;
        holders.set(id, holder);
        if (holder !== name) {
          throw new OrgError(`on ${holder}`, { code: "LOCK_HELD", remedies: [] });
        }
        return await openTestRoom({
          ...{ journal, url: server.url, id, tools: [tool], permissions: SUPERVISED },
        });
      },
    }),
  );
  parts.use(await relay.serve(home));
  return home;
}

const ROOM = "2026-01-01-0000-00000000";

function ask(home: RoomHost, text: string, id?: string): Promise<readonly RoomEvent[]> {
  const room = { kind: "own", id: ROOM } as const;
  return Array.fromAsync(home.ask({ text, room, raw: false, id }, signal));
}

function typesOf(events: readonly RoomEvent[]): readonly string[] {
  return events.map(({ type }) => type);
}

describe("a line for a room that another node has", () => {
  test("is answered there, and what comes of it is heard here", async () => {
    scripted([say("One."), say("Two.")]);
    const [office, cellar] = [await node("office"), await node("cellar")];
    await ask(office, "first");
    const events = await ask(cellar, "my key is sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789");
    expect(spoken(events)).toEqual(["agent: Two."]);
    expect(typesOf(events)).toEqual([
      "notice",
      "message",
      "turn-start",
      "text-delta",
      "answer",
      "turn-end",
    ]);
    expect(holders.get(ROOM)).toBe("office");
    const { jobs } = await queue.list("room:office", { limit: 9 });
    expect(jobs).toMatchObject([{ state: "done" }]);
    expect(JSON.stringify(jobs)).not.toContain("abcdefghijklmnopqrstuvwxyz");
  });

  test("that cannot be sent is refused with what that node says", async () => {
    scripted([say("One.")]);
    const [office, cellar] = [await node("office"), await node("cellar")];
    await ask(office, "first");
    await expect(ask(cellar, "@@nobody hi")).rejects.toMatchObject({
      code: "PERSONA_UNKNOWN",
      why: expect.stringContaining('node "office"'),
    });
  });

  test("is withdrawn from a node that is gone, and answered here", async () => {
    scripted([say("One."), say("Two.")]);
    await ask(await node("office"), "first");
    // Has the room, and takes nothing any more.
    holders.set(ROOM, "gone");
    const cellar = await node("cellar");
    const asking = ask(cellar, "second");
    await until("it is sent", async () => {
      const { jobs } = await queue.list("room:gone", { limit: 9 });
      return jobs.length === 1;
    });
    holders.delete(ROOM);
    expect(spoken(await asking)).toEqual(["agent: Two."]);
    expect(await queue.list("room:gone", { limit: 9 })).toMatchObject({
      jobs: [{ state: "cancelled" }],
    });
  });

  test("that a node was killed over is closed as cut, and no tool of it runs again", async () => {
    scripted([]);
    holders.set(ROOM, "killed");
    const cellar = await node("cellar");
    const asking = ask(cellar, "run it", "msg_1");
    const jobs = async () => await queue.lease("room:killed", { max: 1, leaseMs: 60_000 });
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
      await journal.append(ROOM, { key: String(index), event });
    }
    holders.delete(ROOM);
    const seen = await asking;
    expect(typesOf(seen)).toEqual(["message", "turn-start", "tool-call", "turn-end"]);
    expect(seen.at(-1)).toMatchObject({ reason: "cut" });
    expect([ran, server.requests]).toEqual([[], []]);
  });

  test("is stopped there when its asker leaves", async () => {
    const held = gate();
    scripted([say("One."), several(held, say("Never."))]);
    const [office, cellar] = [await node("office"), await node("cellar")];
    await ask(office, "first");
    const stop = new AbortController();
    const room = { kind: "own", id: ROOM } as const;
    const events = Array.fromAsync(cellar.ask({ text: "second", room, raw: false }, stop.signal));
    await held.reached;
    stop.abort();
    await events;
    const [job] = (await queue.list("room:office", { limit: 9 })).jobs;
    expect(job).toMatchObject({ state: "cancelled" });
    held.open();
  });
});

test("what became of a line is known of a room of another node, too", async () => {
  scripted([say("One.")]);
  const [office, cellar] = [await node("office"), await node("cellar")];
  await ask(office, "first", "msg_9");
  expect(await cellar.turnsOf({ kind: "named", id: ROOM }, "msg_9")).toMatchObject([
    { persona: "agent", text: "One.", end: { reason: "complete" } },
  ]);
});

test("a question of another node is answered there, once", async () => {
  scripted([call("sh", { cmd: "x" }), say("Done.")]);
  const [office, cellar] = [await node("office"), await node("cellar")];
  const { room } = await office.openClient({ kind: "own", id: ROOM });
  using _user = room.approvals.setInteractive();
  const { done } = await room.say("go");
  await until("it asks", async () => room.approvals.waiting.length === 1);
  asked = await office.questions();
  const request = { id: "A1", approved: true };
  const open = { room: ROOM, asked: { id: "A1" } };
  expect(await cellar.questions()).toMatchObject([open]);
  expect(await cellar.answer(request)).toMatchObject(open);
  await done;
  expect(ran).toEqual(["x"]);
  await expect(cellar.answer(request)).rejects.toMatchObject({ code: "USAGE" });
});
