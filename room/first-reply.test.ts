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
  return actionsIn(server.requests[0]?.body);
}

test("a line that is computed begins with a program", async () => {
  const line = 'Spell the word "harbour" backwards.';
  expect(await firstOf(line)).toEqual(["python_run"]);
  expect(await firstOf(line, { file: "notes.txt" })).toEqual(["python_run"]);
  expect(await firstOf(line, { project: REPOSITORY })).toContain("answer");
  expect(await firstOf(line, { isShaped: false })).toEqual([]);
});

const actionsIn = (body: unknown) =>
  [...JSON.stringify(body ?? {}).matchAll(/"action":\{"const":"(\w+)"\}/g)].map(([, name]) => name);

test("a program that only prints a guess runs, and the next reply has to compute", async () => {
  const call = (code: string) => say(writeAction("python_run", { code }));
  const guess = call("print('ruobrah!')");
  const replies = [guess, guess, call("print('harbour'[::-1])")];
  await using server = scriptedServer(({ index }) => replies[index] ?? say(writeAnswer("ruobrah")));
  await using home = await testJournal();
  await using room = await openTestRoom({
    ...{ journal: home.journal, url: server.url, workspace: memoryWorkspace() },
    personas: [{ ...agent, profile: { calls: "shape" } }],
    tools: [pythonRunTool(), forge],
  });
  const events = await sayAndWait(room, 'Spell the word "harbour" backwards.');
  const results = events.filter((event) => event.type === "tool-result");
  expect(results.map(({ ok, exit }) => [ok, exit])).toEqual([
    [false, 0],
    [false, undefined],
    [true, 0],
  ]);
  expect(results[0]?.output).toStartWith("ruobrah!\nThis program only prints what you wrote");
  expect(results[2]?.output).toBe("ruobrah");
  const [, second, third, last] = server.requests.map(({ body }) => actionsIn(body));
  // The same guess once more is no reason to answer, nor to compute with something else.
  for (const actions of [second, third]) {
    expect(actions).toContain("python_run");
    expect(actions).not.toContain("answer");
  }
  expect(last).toContain("answer");
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

test("a goal that is only a name becomes the wish of the user", async () => {
  const replies = [say(writeAction("forge", { goal: "palindrome-checker" }))];
  await using server = scriptedServer(({ index }) => replies[index] ?? say(writeAnswer("done")));
  await using home = await testJournal();
  await using room = await openTestRoom({
    ...{ journal: home.journal, url: server.url, workspace: memoryWorkspace() },
    personas: [{ ...toolsmith, profile: { calls: "shape" } }],
    tools: [forge],
  });
  const wish = "a tool that says whether a text is a palindrome";
  const events = await sayAndWait(room, `@@toolsmith ${wish}`);
  const calls = events.flatMap((event) => (event.type === "tool-call" ? [event.call] : []));
  expect(calls.map((call) => call.arguments)).toEqual([{ goal: wish }]);
});

test("any other line may be answered, or begin with any tool", async () => {
  for (const line of ["What is the capital of Norway?", "Is the disk full?"])
    expect((await firstOf(line)).toSorted()).toEqual(["answer", "python_run", "sh"]);
});
