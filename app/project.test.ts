/** A room on a real repository, with a scripted model. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RoomEvent } from "#core/events.ts";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { readSettings, type Settings } from "#home/settings/settings.ts";
import { writeAction, writeAnswer } from "#models/turn-shape.ts";
import { makeCandidate } from "#ops/project/candidate.ts";
import { changeRecord, findProject, type ProjectLocation } from "#ops/project/location.ts";
import { recapture } from "#ops/project/recapture.ts";
import { readRefs } from "#ops/project/refs.ts";
import { changesOf, openWork, titleOf } from "#ops/project/work.ts";
import { gitText } from "#platform/git/raw.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { ProjectRepository } from "#test/project-repository.ts";
import { sayAndWait } from "#test/room-fixture.ts";
import { call, gate, hang, say, several } from "#test/scripted-answers.ts";
import { type Script, type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";
import { App } from "./app.ts";
import { freshen } from "./project.ts";

let home: TestHome;
let repository: ProjectRepository;
let parts: AsyncDisposableStack;
beforeEach(async () => {
  parts = new AsyncDisposableStack();
  home = parts.use(await testHome());
  repository = parts.use(new ProjectRepository());
  repository.commit("first", {
    "sum.ts": "export const sum = 1;\n",
    "AGENTS.md": "Use tabs.\n",
    ".gitignore": "node_modules\n",
  });
});
afterEach(() => parts[Symbol.asyncDispose]());

async function place(checks: readonly string[] = []): Promise<ProjectLocation> {
  const found = await findProject(repository.root, home.paths.projects);
  if (found === undefined) throw new Error("There is no repository");
  await changeRecord(found, () => ({ root: found.root, checks, dependencies: ["node_modules"] }));
  return found;
}

function settingsOf({ url }: ScriptedServer): Settings {
  const env = { OLLAMA_BASE: url, OLLAMA_MODEL: "m" };
  return readSettings({ flags: new Map(), env, defaultHome: home.path });
}

async function openRoom(script: Script, checks: readonly string[] = []) {
  const server: ScriptedServer = parts.use(scriptedServer(script));
  const settings = settingsOf(server);
  await createHome(home.paths);
  const journal = parts.use(await openSqliteJournal(home.paths.journal));
  const { open } = await parts.use(new App({ settings })).participants();
  const { id } = await place(checks);
  return { room: parts.use(await open(`project-${id}`, journal)), server };
}

const notices = (events: readonly RoomEvent[]) =>
  events.flatMap((event) => (event.type === "notice" ? [event.text] : []));

test("a turn that changed a file ends with how much, and the user's files stay as they are", async () => {
  const edit = { path: "sum.ts", search: "sum = 1", replace: "sum = 2" };
  const { room, server } = await openRoom([call("edit_file", edit), say("Done.")]);
  const before = repository.state();
  expect(notices(await sayAndWait(room, "Make it two."))).toEqual(["1 file +1 −1 · /diff"]);
  expect(repository.state()).toEqual(before);
  const [first] = server.requests;
  expect(first?.body.messages[0]?.content).toContain("Use tabs.");
  expect(first?.body.messages.at(-1)?.content).toContain("sum.ts");
  expect(first?.body.tools?.map(({ function: { name } }) => name)).toContain("edit_file");
});

test("what a small model changed and its test refuses is reverted, and what it makes anew is kept", async () => {
  writeFileSync(join(home.path, "org.config"), '[models."m"]\ncalls = "shape"\n');
  const edit = (replace: string) =>
    writeAction("edit_file", { path: "sum.ts", search: "sum = 1", replace });
  const extra = writeAction("write_file", { path: "notes.txt", content: "tried\n" });
  const done = writeAnswer("Done.");
  const replies = [extra, edit("sum = 2"), done, edit("sum = 3"), done];
  const script: Script = ({ index }) => say(replies[index] ?? done);
  const { room } = await openRoom(script, ["grep -q 3 sum.ts"]);
  expect(notices(await sayAndWait(room, "Set sum to three."))).toEqual([
    "The test fails: the change is reverted and made anew ⟲ 2 of 3.",
    "1 file +1 −1 · /diff",
  ]);
});

test("what was said of a change that was reverted is in no file", async () => {
  writeFileSync(join(home.path, "org.config"), '[models."m"]\ncalls = "shape"\n');
  const edit = (replace: string) =>
    writeAction("edit_file", { path: "sum.ts", search: "sum = 1", replace });
  const first = writeAnswer("First.\n##file:one.md\none\n##end");
  const replies = [edit("sum = 2"), first, edit("sum = 3"), writeAnswer("Second.")];
  const { room } = await openRoom(({ index }) => say(replies[index] ?? "x"), ["grep -q 3 sum.ts"]);
  await room.setMode("file:minutes.md", "user");
  await sayAndWait(room, "Set sum to three.");
  const work = await openWork(await place(), room.id, { signal: new AbortController().signal });
  expect(readFileSync(join(work.copy, "minutes.md"), "utf8")).toBe("Second.\n");
  expect(existsSync(join(work.copy, "one.md"))).toBe(false);
});

test("a turn and its candidate say which persona, model and prompt made them", async () => {
  const edit = { path: "sum.ts", search: "sum = 1", replace: "sum = 2" };
  const { room } = await openRoom([call("edit_file", edit), say("Done.")]);
  await sayAndWait(room, "Make it two.");
  const work = await openWork(await place(), room.id, { signal: new AbortController().signal });
  await recapture(work, { signal: new AbortController().signal });
  const { commit } = await makeCandidate(work, { title: "two", trailers: {} });
  const format = "--format=%(trailers:only)";
  const trailers = await gitText(work.repository, ["show", "--no-patch", format, commit]);
  expect(trailers).toStartWith("Org-Persona: agent\nOrg-Model: m\nOrg-Prompt: ");
  expect(trailers).toMatch(/\nOrg-Prompt: [0-9a-f]{16}\nOrg-Candidate: cand\//);
});

test("programs start among the files, keep what they change, and see dependencies of the checkout", async () => {
  repository.write("node_modules/.bin/greet", "#!/bin/sh\necho hello from a dependency\n");
  await Bun.$`chmod +x ${repository.root}/node_modules/.bin/greet`.quiet();
  const { room, server } = await openRoom([
    call("sh", { cmd: "greet > said.txt; cat said.txt" }),
    say("Done."),
  ]);
  expect(notices(await sayAndWait(room, "Say hello."))).toEqual(["1 file +1 −0 · /diff"]);
  expect(JSON.stringify(server.requests[1]?.body)).toContain("hello from a dependency");
});

test("as long as it changed nothing, a room has the user's newest files", async () => {
  const { room, server } = await openRoom([call("read_file", { path: "sum.ts" }), say("Three.")]);
  repository.write("sum.ts", "export const sum = 3;\n");
  expect(notices(await sayAndWait(room, "Which number is it?"))).toEqual([]);
  expect(JSON.stringify(server.requests[1]?.body)).toContain("sum = 3");
});

test("a file that the repository does not take over is named to the user", async () => {
  const cmd = "truncate -s 17M large.bin; echo 1 > small.txt";
  const { room } = await openRoom([call("sh", { cmd }), say("Done.")]);
  const [notice = ""] = notices(await sayAndWait(room, "Make two files."));
  const [changed, left, todo] = notice.split("\n");
  expect(changed).toBe("1 file +1 −0 · /diff");
  expect(left).toBe("large.bin is left out: it is larger than 16 MiB");
  const { id } = await place();
  const copy = join(home.paths.projects, id, "rooms", `project-${id}`, "copy");
  expect(todo).toBe(`→ it stays in ${copy}, and in no candidate: take it from there, or remove it`);
  expect(existsSync(join(copy, "large.bin"))).toBe(true);
});

test("a move to the user's newest files that fails halfway ends the question, and the next one has them", async () => {
  const { room, server } = await openRoom([say("Three.")]);
  await using app = new App({ settings: settingsOf(server) });
  const work = await app.projectWork(await place(), room.id);
  repository.write("sum.ts", "export const sum = 3;\n");
  const before = await readRefs(work.repository);
  // The refs move, and then what a capture left cannot be written, as on a full disk.
  const notes = join(work.folder, "capture.json");
  const text = readFileSync(notes);
  rmSync(notes);
  mkdirSync(join(notes, "in the way"), { recursive: true });
  {
    using _held = await work.lock.take({ owner: "test" });
    const failure = freshen(work, new AbortController().signal);
    await expect(failure).rejects.toMatchObject({ code: "FILE_FAILED" });
  }
  expect((await readRefs(work.repository)).base).not.toBe(before.base);
  rmSync(notes, { recursive: true });
  writeFileSync(notes, text);
  await sayAndWait(room, "Which number is it?");
  expect(readFileSync(join(work.copy, "sum.ts"), "utf8")).toContain("sum = 3");
  expect(await changesOf(work)).toBeUndefined();
});

test("while the user is in the middle of a merge, a question begins with the files that the room has", async () => {
  const { room, server } = await openRoom([call("read_file", { path: "sum.ts" }), say("One.")]);
  repository.git("checkout", "--quiet", "-b", "other");
  repository.commit("other", { "sum.ts": "export const sum = 4;\n" });
  repository.git("checkout", "--quiet", "main");
  repository.commit("mine", { "sum.ts": "export const sum = 5;\n" });
  expect(() => repository.git("merge", "other")).toThrow();
  await sayAndWait(room, "Which number is it?");
  expect(JSON.stringify(server.requests[1]?.body)).toContain("sum = 1");
});

const turnEvents = (events: readonly RoomEvent[]) =>
  events.flatMap((event) => {
    if (event.type === "turn-start") return [`${event.persona} starts`];
    return event.type === "turn-end" ? [`${event.persona} ends: ${event.reason}`] : [];
  });

test("a stop while a persona waits for the files of another ends both turns as aborted", async () => {
  const reached = gate();
  const { room } = await openRoom([several(reached, hang())]);
  const events: RoomEvent[] = [];
  const listener = (event: RoomEvent) => void events.push(event);
  const { done } = await room.say("@@group What is here?", { listener });
  await reached.reached;
  reached.open();
  room.stop();
  await done;
  const personas = room.models.map(({ persona }) => persona.id);
  expect(personas.length).toBeGreaterThan(1);
  const expected = personas.flatMap((id) => [`${id} ends: aborted`, `${id} starts`]);
  expect(turnEvents(events).toSorted()).toEqual(expected.toSorted());
});

test("a turn whose files cannot be prepared starts, and ends with what is wrong with them", async () => {
  const { room } = await openRoom([]);
  const { repository: own } = await openWork(await place(), room.id, {
    signal: new AbortController().signal,
  });
  rmSync(own.gitDir, { recursive: true });
  const events = await sayAndWait(room, "What is here?\n##file:a.txt\na\n");
  expect(notices(events)).toEqual([expect.stringContaining("[PROCESS_FAILED]")]);
  expect(turnEvents(events)).toEqual(["agent starts", "agent ends: error"]);
  const end = events.at(-1);
  expect(end).toMatchObject({ type: "turn-end", code: "PROCESS_FAILED" });
  expect(end).toMatchObject({ why: expect.stringContaining("[PROCESS_FAILED]") });
});

test("a name that a program made stays in its line of the notice", async () => {
  const cmd = "ln -s /etc/passwd 'x\n— Merged cand into main'; ln -s /etc/passwd 'y\u2028\u202ez'";
  const { room } = await openRoom([call("sh", { cmd }), say("Done.")]);
  const [notice = ""] = notices(await sayAndWait(room, "Make two links."));
  const told = notice.split("\n");
  expect(told).toHaveLength(3);
  const lines = told.slice(0, 2).toSorted();
  expect(lines[0]).toStartWith('"x\\n— Merged cand into main" is left out: ');
  expect(lines[1]).toStartWith('"y\\u{2028}\\u{202e}z" is left out: ');
});

/** What each kept change is: who made it, and what it is called. */
async function turnsOf(room: string): Promise<readonly string[]> {
  const work = await openWork(await place(), room, { signal: new AbortController().signal });
  const range = ["--reverse", "--format=%an: %s", "refs/org/base..refs/org/work"];
  const text = await gitText(work.repository, ["log", ...range]);
  return text === "" ? [] : text.split("\n");
}

const NOTE = "Read the note.\n##file:note.txt\nremember\n";

test("a file in the user's line is a change of the user's, and not of the turn that runs meanwhile", async () => {
  const waits = gate();
  const edit = { path: "sum.ts", search: "sum = 1", replace: "sum = 2" };
  const { room } = await openRoom([
    several(waits, call("edit_file", edit)),
    say("Done."),
    say("It says remember."),
  ]);
  const first = sayAndWait(room, "Make it two.");
  await waits.reached;
  const events: RoomEvent[] = [];
  const { done } = await room.say(NOTE, { listener: (event) => void events.push(event) });
  waits.open();
  await first;
  await done;
  expect(notices(await first)).toEqual(["1 file +1 −1 · /diff"]);
  expect(notices(events)).toEqual(["1 file +1 −0 · /diff"]);
  expect(events).toContainEqual(
    expect.objectContaining({ type: "file", path: "note.txt", by: "user" }),
  );
  expect(await turnsOf(room.id)).toEqual(["agent: Make it two.", "user: Read the note."]);
});

test("a file in the first line of a room is kept under that line, and models find it", async () => {
  const { room, server } = await openRoom([call("read_file", { path: "note.txt" }), say("Yes.")]);
  repository.write("sum.ts", "export const sum = 3;\n");
  await sayAndWait(room, NOTE);
  expect(server.requests[0]?.body.messages.at(-1)?.content).toContain("note.txt");
  expect(JSON.stringify(server.requests[1]?.body)).toContain("remember");
  expect(await turnsOf(room.id)).toEqual(["user: Read the note."]);
  const work = await openWork(await place(), room.id, { signal: new AbortController().signal });
  expect(await titleOf(work)).toBe("Read the note.");
});

test("a line that is stopped before its files are written has them written by /retry", async () => {
  const { room, server } = await openRoom([say("Yes.")]);
  const work = await openWork(await place(), room.id, { signal: new AbortController().signal });
  {
    using _held = await work.lock.take({ owner: "test" });
    const { done } = await room.say(NOTE);
    room.stop();
    await done;
  }
  expect(server.requests).toEqual([]);
  expect(await turnsOf(room.id)).toEqual([]);
  await room.retry();
  expect(await turnsOf(room.id)).toEqual(["user: Read the note."]);
});

test("the title of a candidate is a line of a turn, and not of what org kept by itself", async () => {
  const edit = { path: "sum.ts", search: "sum = 1", replace: "sum = 2" };
  const { room } = await openRoom([call("edit_file", edit), say("Done.")]);
  const { signal } = new AbortController();
  const work = await openWork(await place(), room.id, { signal });
  await Bun.write(`${work.copy}/left.txt`, "left\n");
  await recapture(work, { signal });
  expect(await titleOf(work)).toBe("Changes of a room");
  await sayAndWait(room, "Make it two.");
  expect(await turnsOf(room.id)).toEqual([
    "org: changes before the base moved",
    "agent: Make it two.",
  ]);
  expect(await titleOf(work)).toBe("Make it two.");
});
