import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { entriesOf, openTestRoom, type TestJournal, testJournal } from "#test/room-fixture.ts";
import { cut, hang, respond, say, several } from "#test/scripted-answers.ts";
import { type Script, type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";
import { RoomHost } from "../socket/room-host.ts";
import type { JobRun } from "./job-handlers.ts";
import type { JobData } from "./job-service.ts";
import { roomJob } from "./room-job.ts";

let disk: TestJournal;
let server: ScriptedServer;
let home: RoomHost;
let opened: string[];
let notes: JobData[];

beforeEach(async () => {
  disk = await testJournal();
  opened = [];
  notes = [];
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await disk[Symbol.asyncDispose]();
});

function serve(script: Script): void {
  server = scriptedServer(script);
  home = newHome();
}

/** As a process finds it that has just begun. */
function newHome(): RoomHost {
  const { journal } = disk;
  return new RoomHost({
    journal,
    openRoom: (id) => {
      opened.push(id);
      return openTestRoom({ journal, url: server.url, id });
    },
  });
}

function runOf(id: string, signal: AbortSignal = new AbortController().signal): JobRun {
  return {
    ...{ id, attempt: 1, createdAt: Date.UTC(2026, 2, 1, 9, 30), signal },
    work: { kind: "goal", text: "" },
    note: async (data) => void notes.push(data),
    alive: () => undefined,
    closing: () => undefined,
    earlier: async () => [],
  };
}

const linesOf = async (room: string): Promise<number> =>
  (await entriesOf(disk.journal, room)).filter(({ event }) => event.type === "message").length;

describe("a goal", () => {
  test("is answered in a room of its own, which is closed afterwards", async () => {
    serve(() => say("Done."));
    const result = await roomJob(home, runOf("r-1"), { text: "count" });
    const room = opened[0] ?? "";
    expect(room).toMatch(/^2026-03-01-0930-[0-9a-f]{8}$/);
    expect(result).toEqual({
      ...{ room, answers: [{ persona: "agent", text: "Done.", reason: "complete" }] },
    });
    expect(notes.map((note) => Object(note).type)).toEqual([
      ...["message", "turn-start", "answer", "turn-end"],
    ]);
    expect((await entriesOf(disk.journal, room))[0]).toMatchObject({ key: "r-1" });
    await home.turnsOf({ kind: "own", id: room }, "r-1");
    expect(opened).toEqual([room, room]);
  });

  test("that was answered is not answered again: the process died before it could say so", async () => {
    serve([say("Once.")]);
    const first = await roomJob(home, runOf("r-1"), { text: "count" });
    await home[Symbol.asyncDispose]();
    home = newHome();
    expect(await roomJob(home, runOf("r-1"), { text: "count" })).toEqual(first);
    expect(server.requests).toHaveLength(1);
    expect(await linesOf(opened[0] ?? "")).toBe(1);
  });

  test("whose answer broke off is asked again, and its line is written once", async () => {
    serve([several(say("Half"), cut()), say("Whole.")]);
    const task = { text: "count" };
    await expect(roomJob(home, runOf("r-1"), task)).rejects.toMatchObject({
      ...{ name: "JobFailure", isFinal: false },
    });
    await home[Symbol.asyncDispose]();
    home = newHome();
    expect(await roomJob(home, runOf("r-1"), task)).toMatchObject({
      answers: [{ text: "Whole." }],
    });
    expect(await linesOf(opened[0] ?? "")).toBe(1);
  });

  test("of a server that refuses fails with its code beside the message, and not in it", async () => {
    serve(() => respond(401, "Incorrect API key provided"));
    const failed = roomJob(home, runOf("r-1"), { text: "count" });
    const error = await failed.catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "PROVIDER_REFUSED" });
    expect(String(error)).toContain("with status 401");
    expect(String(error)).not.toContain("PROVIDER_REFUSED");
  });

  test("of which one has been answered asks only the other one again", async () => {
    serve(({ index }) => (index === 1 ? several(say("Half"), cut()) : say(`Answer ${index}.`)));
    const task = { text: "@@agent @@python who are you?" };
    const failed = roomJob(home, runOf("r-1"), task);
    await expect(failed).rejects.toThrow('"python" ended early');
    expect(await roomJob(home, runOf("r-1"), task)).toMatchObject({
      answers: [
        { persona: "agent", text: "Answer 0." },
        { persona: "python", text: "Answer 2." },
      ],
    });
  });
});

describe("a message", () => {
  test("goes to the persona and the room that it names", async () => {
    serve(() => say("Yes."));
    await roomJob(home, runOf("r-1"), { text: "hello" });
    const room = opened[0] ?? "";
    const task = { text: "and you?", room, persona: "python" };
    expect(await roomJob(home, runOf("r-2"), task)).toEqual({
      ...{ room, answers: [{ persona: "python", text: "Yes.", reason: "complete" }] },
    });
    expect(await linesOf(room)).toBe(2);
  });

  test.each([
    ["PERSONA_UNKNOWN", { text: "x", persona: "stranger" }],
    ["ROOM_UNKNOWN", { text: "x", room: "nowhere" }],
  ])("to an unknown persona fails with %s, and nothing is written", async (code, task) => {
    serve([]);
    await expect(roomJob(home, runOf("r"), task)).rejects.toMatchObject({ code });
    expect(await disk.journal.rooms()).toEqual([]);
  });
});

test("a job that is stopped stops its answer, and fails with the reason", async () => {
  serve([several(say("Half"), hang())]);
  const stop = new AbortController();
  const running = roomJob(home, runOf("r", stop.signal), { text: "count" });
  await server.request(0);
  stop.abort(new Error("cancelled"));
  await expect(running).rejects.toThrow("cancelled");
  expect((await entriesOf(disk.journal, opened[0] ?? "")).at(-1)?.event).toMatchObject({
    ...{ type: "turn-end", reason: "aborted" },
  });
});
