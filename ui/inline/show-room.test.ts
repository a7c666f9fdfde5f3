import { afterEach, beforeEach, expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import type { Check } from "#core/check.ts";
import type { Room } from "#room/room.ts";
import { echoTool, openTestRoom, type TestJournal, testJournal } from "#test/room-fixture.ts";
import { call, say } from "#test/scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";
import { showRoom, slashSources } from "./show-room.ts";

let disk: TestJournal;
let model: ScriptedServer;
let room: Room;
let stdin: PassThrough;
let text: string;

beforeEach(async () => {
  disk = await testJournal();
  model = scriptedServer(({ index }) =>
    index === 0 ? call("sh", { cmd: "ls" }) : say("All done."),
  );
  room = await openTestRoom({ journal: disk.journal, url: model.url, tools: [echoTool] });
  [stdin, text] = [new PassThrough(), ""];
});
afterEach(async () => {
  stdin.destroy();
  await room[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await disk[Symbol.asyncDispose]();
});

const entries = () => disk.journal.read(room.id, 1);
const runCommand = () => Promise.reject(new Error("No command is typed here"));

/** Shows the room on a process that types these lines and ends its input. @param server null: that of another process */
async function show(
  lines: string,
  {
    isTTY = false,
    server = ready,
    ...more
  }: { isTTY?: boolean; server?: Check | null; unsent?: string; project?: string } = {},
) {
  const write = (piece: string) => {
    text += piece;
    return true;
  };
  const stdout = { isTTY, write };
  const process = Object.assign(new EventEmitter(), {
    stdin: Object.assign(stdin, { isTTY }),
    stdout,
  });
  stdin.end(lines);
  return await showRoom({
    ...more,
    ...{ room, entries, plain: true, term: "xterm", colour: false, runCommand },
    server: server ?? undefined,
    // Of a process, the plain screen uses what the double has.
    process: process as unknown as NodeJS.Process,
    desktop: { tmux: false, wayland: false, x11: false, editor: "vi" },
    workspace: "/nowhere",
  });
}

const ready: Check = {
  name: "server",
  run: () => Promise.resolve({ state: "ok", detail: "", remedies: [] }),
};

test("piped lines are answered on the plain screen, without a greeting", async () => {
  expect(await show("hello there\n")).toBe(0);
  expect(text).toContain("All done.");
  expect(text).not.toContain("/help lists the commands");
});

test("a user is greeted, and told at once when no server answers, with what to do", async () => {
  const run = () =>
    Promise.resolve({
      state: "fault",
      detail: "No server answers",
      remedies: ["ollama serve"],
    } as const);
  expect(await show("", { isTTY: true, server: { name: "server", run } })).toBe(0);
  expect(text).toContain(`Room ${room.id} · /help lists the commands`);
  expect(text).toContain("No server answers");
  expect(text).toContain("→ ollama serve");
  expect(text).toContain("The room is open all the same; /retry asks again.");
});

test("a user of a room on a repository is told which one", async () => {
  await show("", { isTTY: true, project: "shop" });
  expect(text).toContain(`Room ${room.id} on shop · /help lists the commands`);
});

test("a line that was written before the room was open is shown as one that was not sent", async () => {
  await show("", { isTTY: true, unsent: "Which files are here?" });
  expect(text).toContain("Not sent yet: Which files are here?\n");
  expect(text).not.toContain("All done.");
});

test("a user of a room that another process keeps is told so", async () => {
  await show("", { isTTY: true, server: null });
  expect(text).toContain("another org keeps it, and answers with its own server");
});

test("a user who comes back is shown the last message and its answer", async () => {
  await show("tool\n");
  stdin = new PassThrough();
  text = "";
  await show("", { isTTY: true });
  expect(text).toContain("— 1 message in this room so far; /export md shows all of it\n");
  expect(text).toContain("● user → agent\ntool\n\n● agent · m\nAll done.\n");
});

test("slash commands read the room's outputs, and export it in both formats", async () => {
  await show("tool\n");
  const sources = slashSources({ room, entries, runCommand });
  expect((await sources.rawOutputs()).map(({ name }) => name)).toEqual(["sh"]);
  expect(await sources.exportRoom("md")).toStartWith(`# Room ${room.id}\n`);
  const lines = (await sources.exportRoom("json")).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).event.type)).toContain("tool-result");
});
