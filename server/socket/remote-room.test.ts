import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { RoomEvent } from "#core/events.ts";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { homePaths } from "#home/home-paths.ts";
import type { RoomClient } from "#room/room-client.ts";
import { openTestRoom, spoken } from "#test/room-fixture.ts";
import { call, gate, hang, say, several } from "#test/scripted-answers.ts";
import { type Script, type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";
import { until } from "#test/until.ts";
import { defineTool } from "#tools/define-tool.ts";
import type { RoomChoice } from "./home-service.ts";
import { type OpenHomeOptions, type OwnHome, openHome, ownHome } from "./open-home.ts";

const OPEN: RoomChoice = { kind: "open" };
const { signal } = new AbortController();
const cleaner = new TextCleaner();

const sh = defineTool({
  name: "sh",
  effect: "execute",
  description: "Repeats its command.",
  input: z.object({ cmd: z.string() }),
  run: ({ cmd }) => Promise.resolve({ ok: true, output: `ran ${cmd}`, exit: 0 }),
});

let folder: string;
let server: ScriptedServer;
let owner: OwnHome;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "org-remote-room-"));
});

afterEach(async () => {
  await owner[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function homeOptions(): OpenHomeOptions {
  return {
    paths: homePaths(folder),
    command: "org test",
    signal,
    openRoom: (id, journal) =>
      openTestRoom({
        ...{ journal, url: server.url, id, tools: [sh] },
        permissions: {
          policy: { ...DEFAULT_POLICY, mode: "supervised" },
          resolveProgram: () => undefined,
        },
      }),
  };
}

/** A home kept here, and a client at its room as another process would have it. */
async function clientAt(
  script: Script,
  choice: RoomChoice = OPEN,
  models: readonly string[] = ["m"],
): Promise<RoomClient> {
  server = scriptedServer(script, { models });
  owner = await ownHome(homeOptions());
  await owner.service.enter(OPEN);
  return await openRoom(choice);
}

async function openRoom(choice: RoomChoice = OPEN): Promise<RoomClient> {
  const home = await openHome(homeOptions());
  if (!home.isRemote) throw new Error("The home is not kept");
  return await home.openClient(choice, cleaner);
}

/** What a screen sees, from now on. */
function watch(client: RoomClient): readonly RoomEvent[] {
  const seen: RoomEvent[] = [];
  client.listen((event) => void seen.push(event));
  return seen;
}

const typesOf = (events: readonly RoomEvent[]) => events.map(({ type }) => type);

describe("a user of a room of another process", () => {
  test("sees every line of the room, as it comes", async () => {
    const rest = gate();
    await using client = await clientAt(() => several(say("One"), rest, say(" two.")));
    await using other = await openRoom();
    const [mine, theirs] = [watch(client), watch(other)];
    const { done } = await other.say("hi");
    await until("the first words", async () => typesOf(mine).includes("text-delta"));
    await until("the state", async () => client.busy);
    rest.open();
    await done;
    await until("the end", async () => typesOf(mine).includes("turn-end") && !client.busy);
    expect(spoken(mine)).toEqual(["agent: One two."]);
    await until("the other's end", async () => theirs.length === mine.length);
    expect(theirs).toEqual(mine);
    expect(client.id).toBe(other.id);
  });

  test("sees who is there and what they can do", async () => {
    await using client = await clientAt(() => say("Ok."));
    expect(client.models.map(({ persona, name }) => [persona.id, name])).toEqual([
      ["agent", "m"],
      ["python", "m"],
      ["toolsmith", "m"],
    ]);
    expect(client.nextSpeakers).toEqual(["agent"]);
    expect((await client.tools()).map(({ name }) => name)).toContain("sh");
    expect(client.budgetsOf("agent")).toEqual([]);
    expect(client.cleaner).toBe(cleaner);
  });

  test("switches the mode for everybody", async () => {
    await using client = await clientAt(() => say("Ok."));
    await client.setMode("direct:python", "user");
    await until("the mode", async () => client.mode.kind === "direct");
    expect(client.nextSpeakers).toEqual(["python"]);
    const failed = await client.setMode("direct:pyhton", "user").catch((error) => error);
    expect(failed).toMatchObject({ code: "PERSONA_UNKNOWN" });
  });

  test("tells all in the room", async () => {
    await using client = await clientAt(() => say("Ok."));
    const heard: RoomEvent[] = [];
    using _ = client.listen((event) => void heard.push(event));
    await client.notify({ level: "info", text: "The chat takes no messages." });
    await until("it", async () => heard.some(({ type }) => type === "notice"));
    expect(heard).toContainEqual(
      expect.objectContaining({ level: "info", text: "The chat takes no messages." }),
    );
  });

  test("gives a persona another model for everybody", async () => {
    await using client = await clientAt(() => say("Ok."), OPEN, ["m", "n"]);
    await client.setModel("n", "python");
    await until("the model", async () => client.models[1]?.name === "n");
    await (await client.say("@@python hi")).done;
    expect(server.requests[0]?.body.model).toBe("n");
    const failed = await client.setModel("nn").catch((error) => error);
    expect(failed).toMatchObject({
      code: "MODEL_MISSING",
      remedies: ["/model n", "/pull nn"],
    });
  });

  test("is told what cannot be said, and nothing is sent", async () => {
    await using client = await clientAt(() => say("Ok."));
    const failed = await client.say("@@stranger hi").catch((error) => error);
    expect(failed).toMatchObject({ code: "PERSONA_UNKNOWN" });
    expect(server.requests).toHaveLength(0);
    const nothing = await client.retry().catch((error) => error);
    expect(nothing).toMatchObject({ code: "USAGE" });
  });

  test("ends an answer", async () => {
    await using client = await clientAt(() => several(say("Half"), hang()));
    const seen = watch(client);
    const { done } = await client.say("hi");
    await until(
      "the answer to run",
      async () => client.busy && typesOf(seen).includes("text-delta"),
    );
    expect(client.stop()).toBe(true);
    await done;
    await until("its end", async () => typesOf(seen).includes("turn-end") && !client.busy);
    expect(seen.findLast(({ type }) => type === "turn-end")).toMatchObject({ reason: "aborted" });
    expect(client.stop()).toBe(false);
  });

  test("ends what is done at this client, and leaves the room's answers alone", async () => {
    await using client = await clientAt(() => say("Ok."));
    const ended = client.during(
      async (signal) =>
        await new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new Error("stopped")));
        }),
    );
    expect(client.busy).toBe(true);
    expect(client.stop()).toBe(true);
    await expect(ended).rejects.toThrow("stopped");
    expect(client.busy).toBe(false);
    expect(client.stop()).toBe(false);
    await (await client.say("hi")).done;
    expect(server.requests).toHaveLength(1);
  });

  test("is asked, and approves; only the asker sees what the tool printed", async () => {
    await using client = await clientAt([call("sh", { cmd: "date" }), say("Done.")]);
    using _interactive = client.approvals.setInteractive();
    await using watcher = await openRoom();
    const seen = watch(watcher);
    const own: RoomEvent[] = [];
    // Attending travels on a way of its own: a question before it would be refused.
    const kept = await owner.service.enter(OPEN);
    await until("a user to attend", async () => kept.approvals.isInteractive);
    const { done } = await client.say("the date", { listener: (event) => void own.push(event) });
    await until("the question", async () => client.approvals.waiting.length === 1);
    client.approvals.answer(client.approvals.waiting[0]?.id ?? "", true);
    await done;
    await until("the end", async () => typesOf(seen).includes("turn-end"));
    expect(own.find(({ type }) => type === "tool-result")).toMatchObject({ output: "ran date" });
    expect(seen.find(({ type }) => type === "tool-result")).not.toHaveProperty("output");
    await until("nothing to wait", async () => client.approvals.waiting.length === 0);
  });

  test("may leave: the answer goes on", async () => {
    const rest = gate();
    await using client = await clientAt(() => several(say("One"), rest, say(" two.")));
    const seen = watch(client);
    await client.say("hi");
    await until("the first words", async () => typesOf(seen).includes("text-delta"));
    await client[Symbol.asyncDispose]();
    rest.open();
    const { id } = client;
    await until("the answer", async () => {
      const entries = await Array.fromAsync(owner.service.entries({ kind: "own", id }));
      return entries.some(({ event }) => event.type === "turn-end" && event.reason === "complete");
    });
  });

  test("stays when the owner goes, and hears from the next one what was said meanwhile", async () => {
    await using client = await clientAt(({ index }) => say(`Answer ${index}.`));
    const seen = watch(client);
    await (await client.say("first")).done;
    await owner[Symbol.asyncDispose]();
    await until("the notice", async () => seen.some(({ type }) => type === "notice"));
    const failed = await client.say("to stranger").catch((error) => error);
    expect(failed).toMatchObject({ code: "OWNER_LOST", unchanged: "Nothing was sent." });
    owner = await ownHome(homeOptions());
    await using other = await openRoom({ kind: "named", id: client.id });
    await (await other.say("second")).done;
    await until("both answers", async () => spoken(seen).length === 2);
    expect(spoken(seen)).toEqual(["agent: Answer 0.", "agent: Answer 1."]);
    await until("the client", async () => !client.busy);
    await (await client.say("third")).done;
    await until("the third", async () => spoken(seen).length === 3);
  });

  test("cannot sit at a room that is not there", async () => {
    await using _ = await clientAt(() => say("Ok."));
    const failed = await openRoom({ kind: "named", id: "gone" }).catch((error) => error);
    expect(failed).toMatchObject({ code: "ROOM_UNKNOWN" });
  });
});
