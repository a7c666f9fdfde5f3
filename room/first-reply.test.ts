/** What the first reply of a small model may be, by the line that it answers. */
import { expect, test } from "bun:test";
import { z } from "zod";
import { agent } from "#models/personas/agent.ts";
import { toolsmith } from "#models/personas/toolsmith.ts";
import { writeAction, writeAnswer } from "#models/turn-shape.ts";
import {
  echoTool,
  memoryWorkspace,
  openTestRoom,
  sayAndWait,
  testJournal,
} from "#test/room-fixture.ts";
import { say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { defineTool } from "#tools/define-tool.ts";
import { pythonRunTool } from "#tools/python-run.ts";
import type { RoomProject } from "./room-options.ts";

const forge = defineTool({
  ...{ name: "forge", effect: "execute", description: "Builds a tool." },
  input: z.object({ goal: z.string() }),
  run: async () => ({ ok: true, output: "" }),
});

const REPOSITORY: RoomProject = {
  begin: async () => ({
    view: { about: "The repository farm." },
    keep: async () => undefined,
    [Symbol.dispose]: () => undefined,
  }),
  hold: async () => ({ [Symbol.dispose]: () => undefined }),
  receive: async () => undefined,
};

interface Asked {
  readonly isShaped?: boolean;
  readonly file?: string;
  readonly project?: RoomProject;
}

/** @returns the actions that the first reply may have; none where it is held to no shape. */
async function firstOf(line: string, { isShaped = true, file, project }: Asked = {}) {
  await using server = scriptedServer(() => say(writeAnswer("done")));
  await using home = await testJournal();
  const workspace = memoryWorkspace();
  if (file !== undefined) await workspace.write(file, "notes");
  const profile = isShaped ? { profile: { calls: "shape" as const } } : {};
  await using room = await openTestRoom({
    ...{ journal: home.journal, url: server.url, workspace },
    personas: [agent, toolsmith].map((persona) => ({ ...persona, ...profile })),
    tools: [echoTool, pythonRunTool(), forge],
    ...(project === undefined ? {} : { project }),
  });
  await sayAndWait(room, line);
  const shape = JSON.stringify(server.requests[0]?.body ?? {});
  return [...shape.matchAll(/"action":\{"const":"(\w+)"\}/g)].map(([, name]) => name);
}

test("a line that is computed begins with a program", async () => {
  const line = 'Spell the word "harbour" backwards.';
  expect(await firstOf(line)).toEqual(["python_run"]);
  expect(await firstOf(line, { file: "notes.txt" })).toEqual(["python_run"]);
  expect(await firstOf(line, { project: REPOSITORY })).toContain("answer");
  expect(await firstOf(line, { isShaped: false })).toEqual([]);
});

test("a program that only prints a guess is not run, and the model is told so", async () => {
  const call = (code: string) => say(writeAction("python_run", { code }));
  const replies = [call("print('ruobrah!')"), call("print('harbour'[::-1])")];
  await using server = scriptedServer(({ index }) => replies[index] ?? say(writeAnswer("ruobrah")));
  await using home = await testJournal();
  await using room = await openTestRoom({
    ...{ journal: home.journal, url: server.url, workspace: memoryWorkspace() },
    personas: [{ ...agent, profile: { calls: "shape" } }],
    tools: [pythonRunTool()],
  });
  const events = await sayAndWait(room, 'Spell the word "harbour" backwards.');
  const results = events.filter((event) => event.type === "tool-result");
  expect(results.map(({ ok }) => ok)).toEqual([false, true]);
  expect(results[1]?.output).toBe("ruobrah");
  expect(JSON.stringify(server.requests[1]?.body)).toContain("only prints what you wrote into it");
});

test("a line that asks for words is answered with words, where there is no file to look at", async () => {
  const line = "How do I undo my last commit in Git?";
  expect(await firstOf(line)).toEqual(["answer"]);
  expect(await firstOf(line, { file: "notes.txt" })).toContain("sh");
  expect(await firstOf(line, { project: REPOSITORY })).toContain("sh");
});

test("a line that asks for a tool begins with forge, for who has it", async () => {
  const line = "a tool that says whether a text is a palindrome";
  expect(await firstOf(`@@toolsmith ${line}`)).toEqual(["forge"]);
  expect(await firstOf(`@@toolsmith ${line}`, { project: REPOSITORY })).toEqual(["forge"]);
  expect(await firstOf(line)).toContain("answer");
  expect(await firstOf("@@toolsmith which tools that you made take a text?")).toContain("answer");
});

test("any other line may be answered, or begin with any tool", async () => {
  for (const line of ["What is the capital of Norway?", "Is the disk full?"])
    expect((await firstOf(line)).toSorted()).toEqual(["answer", "python_run", "sh"]);
});
