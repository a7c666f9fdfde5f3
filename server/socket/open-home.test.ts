import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { exists, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RoomEvent } from "#core/events.ts";
import type { Erasure } from "#core/journal.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { openTestRoom, spoken } from "#test/room-fixture.ts";
import { gate, say, several } from "#test/scripted-answers.ts";
import { type Script, type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";
import type { HomeService } from "./home-service.ts";
import { type OpenHomeOptions, openHome, ownHome } from "./open-home.ts";

const { signal } = new AbortController();
let folder: string;
let server: ScriptedServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "org-open-"));
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function options(script: Script = [], stop: AbortSignal = signal): OpenHomeOptions {
  server = scriptedServer(script);
  return {
    paths: homePaths(folder),
    command: "org test",
    signal: stop,
    openRoom: (id, journal) => openTestRoom({ journal, url: server.url, id }),
  };
}

const ask = (service: HomeService) =>
  Array.fromAsync(service.ask({ text: "hi", room: { kind: "open" }, raw: false }, signal));

/** Long enough for what goes wrong at once: a round trip over HTTP. */
const moment = () => fetch(`${server.url}/v1/models`).then((response) => response.text());

describe("a home", () => {
  test("belongs to who opens it first; a later process asks through it", async () => {
    const how = options(() => say("Ok."));
    await using owner = await openHome(how);
    await using other = await openHome(how);
    expect([owner.isRemote, other.isRemote]).toEqual([false, true]);
    expect(spoken(await ask(other.service))).toEqual(["agent: Ok."]);
    expect(await other.service.rooms(signal)).toEqual(await owner.service.rooms(signal));
  });

  test("writes into the journal that it shares, and takes a room before it opens it", async () => {
    const shared = await openSqliteJournal(join(folder, "shared.sqlite"));
    const claimed: string[] = [];
    const sharedJournal = async () => ({
      append: shared.append.bind(shared),
      head: shared.head.bind(shared),
      read: shared.read.bind(shared),
      rooms: shared.rooms.bind(shared),
      claim: async (room: string) => {
        expect(await shared.head(room)).toBe(0);
        claimed.push(room);
      },
      others: {
        async *ask(): AsyncGenerator<RoomEvent, "free"> {
          yield* [];
          return "free";
        },
        open: () => Promise.reject(new Error("no room is elsewhere")),
        questions: async () => [],
        answer: async () => undefined,
      },
      erase: (erasure: Erasure) => shared.erase(erasure),
      serve: async () => new AsyncDisposableStack(),
      [Symbol.asyncDispose]: () => shared[Symbol.asyncDispose](),
    });
    const owner = await ownHome({ ...options(() => say("Ok.")), sharedJournal });
    expect(spoken(await ask(owner.service))).toEqual(["agent: Ok."]);
    expect((await shared.rooms()).map(({ room }) => room)).toEqual(claimed);
    await owner[Symbol.asyncDispose]();
    await expect(shared.head("")).rejects.toMatchObject({ code: "JOURNAL_FAILED" });
    await using alone = await ownHome(options());
    expect(await alone.service.rooms()).toEqual([]);
  });

  test("tells every room that is open, and each journal has it", async () => {
    await using owner = await ownHome(options(() => say("Ok.")));
    await ask(owner.service);
    await owner.service.notify({ level: "warning", text: "alarm: median breaks down" });
    const entries = await Array.fromAsync(owner.service.entries({ kind: "newest" }));
    expect(entries.at(-1)?.event).toEqual({
      ...{ type: "notice", level: "warning", text: "alarm: median breaks down" },
    });
  });

  test("is free again once its owner is disposed, and nothing of it is left behind", async () => {
    const how = options();
    await using first = await openHome(how);
    await first[Symbol.asyncDispose]();
    expect(await exists(how.paths.socket)).toBe(false);
    expect(await exists(how.paths.ownerRecord)).toBe(false);
    await using second = await openHome(how);
    expect(second.isRemote).toBe(false);
  });

  test("that must be one's own is refused while another process has it, by name", async () => {
    const how = options();
    await using _ = await ownHome(how);
    await expect(ownHome(how)).rejects.toMatchObject({
      code: "HOME_BUSY",
      why: expect.stringContaining(`Process ${process.pid} (org test) has owned it since `),
    });
  });

  test("that is just being left is waited for", async () => {
    const how = options();
    await createHome(how.paths);
    await using leaving = await openSqliteJournal(how.paths.journal);
    const opening = openHome(how);
    await moment();
    await leaving[Symbol.asyncDispose]();
    await using home = await opening;
    expect(home.isRemote).toBe(false);
  });

  test("gives the same failure to a caller that asks through it", async () => {
    const how = options();
    await using _ = await openHome(how);
    await using other = await openHome(how);
    const asking = Array.fromAsync(other.service.entries({ kind: "named", id: "gone" }, signal));
    await expect(asking).rejects.toMatchObject({
      code: "ROOM_UNKNOWN",
      message: "There is no room in this home yet",
    });
  });
});

describe("an owner", () => {
  test("that leaves first answers those who asked", async () => {
    const rest = gate();
    const how = options([several(say("One"), rest, say(" two."))]);
    await using owner = await openHome(how);
    await using other = await openHome(how);
    const asked = ask(other.service);
    await rest.reached;
    const left = owner[Symbol.asyncDispose]();
    await moment();
    rest.open();
    expect(spoken(await asked)).toEqual(["agent: One two."]);
    await left;
  });

  test("that was told to go stops all answers, and the callers hear how they ended", async () => {
    const never = gate();
    const stop = new AbortController();
    const how = options([several(say("One"), never)], stop.signal);
    await using owner = await openHome(how);
    await using other = await openHome(how);
    const events: RoomEvent[] = [];
    const heard = Promise.withResolvers<void>();
    const request = { text: "hi", room: { kind: "open" }, raw: false } as const;
    const asked = (async () => {
      for await (const event of other.service.ask(request, signal)) {
        events.push(event);
        if (event.type === "text-delta") heard.resolve();
      }
    })();
    await heard.promise;
    stop.abort();
    await owner[Symbol.asyncDispose]();
    await asked;
    expect(spoken(events)).toEqual(["agent: One"]);
    expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "aborted" });
  });
});
