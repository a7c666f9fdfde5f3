import { expect, test } from "bun:test";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { agent } from "#models/personas/agent.ts";
import { writeAction, writeAnswer } from "#models/turn-shape.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { memoryWorkspace, openTestRoom, sayAndWait, testJournal } from "#test/room-fixture.ts";
import { say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { pythonRunTool } from "#tools/python-run.ts";
import type { ToolContext } from "#tools/tool.ts";
import { withProgramRun } from "./program-tool.ts";

const FILES = {
  ...{ "tide.py": "print(2.9)\n", "run.sh": "echo hi\n", "a.csv": "a,b\n1,2\n" },
  "tag.js": 'console.log("2.9");\n',
};
const CONTEXT: ToolContext = { signal: new AbortController().signal, persona: "agent" };

async function actionsOf(line: string): Promise<readonly (string | undefined)[]> {
  const answers = [writeAction("run_program", { file: "tide.py" }), writeAnswer("2.9")];
  await using server = scriptedServer(({ index }) => say(answers[index] ?? writeAnswer("done")));
  await using home = await testJournal();
  const workspace = memoryWorkspace();
  for (const [path, text] of Object.entries(FILES)) await workspace.write(path, text);
  const personas = [{ ...agent, profile: { calls: "shape" as const } }];
  const tools = [pythonRunTool()];
  const options = { journal: home.journal, url: server.url, personas, workspace, tools };
  await using room = await openTestRoom(options);
  await sayAndWait(room, line);
  const body = JSON.stringify(server.requests[0]?.body);
  return [...body.matchAll(/"action":\{"const":"(\w+)"\}/g)].map(([, name]) => name);
}

test("who asks what a program prints begins with a run of it", async () => {
  expect(await actionsOf("What does tide.py print?")).toEqual(["run_program"]);
});

test("so does who asks it of a program of JavaScript", async () => {
  expect(await actionsOf("What does tag.js print for me?")).toEqual(["run_program"]);
});

// Asked what one prints, a real model read it as JSON three times, and answered with a line that it has.
test("a program of JavaScript or TypeScript runs in the sandbox", async () => {
  await using folder = await temporaryFolder("program-tool");
  const files = {
    "tag.js": 'const { shout } = require("./shout.cjs");\nconsole.log(shout("tag"));\n',
    "shout.cjs": 'exports.shout = (text) => text.toUpperCase() + "!";\n',
    "sum.ts": "const two: number = 2;\nconsole.log(await Promise.resolve(two + 2));\n",
    "gone.mjs": 'throw new Error("no tide today");\n',
  };
  const workspace = memoryWorkspace();
  for (const [path, text] of Object.entries(files)) {
    await workspace.write(path, text);
    await Bun.write(join(folder.path, path), text);
  }
  const python = pythonRunTool({ workspace: folder.path });
  const line = `What do ${Object.keys(files).join(", ")} print?`;
  const place = { workspace, python, cleaner: new TextCleaner() };
  const tool = (await withProgramRun(line, undefined, place))?.find("run_program");
  const run = async (file: string) => await tool?.run({ file }, CONTEXT);
  expect(await run("tag.js")).toMatchObject({ ok: true, output: "TAG!" });
  expect(await run("sum.ts")).toMatchObject({ ok: true, output: "4" });
  const failed = await run("gone.mjs");
  expect(failed).toMatchObject({ ok: false });
  expect(failed?.output).toContain("no tide today");
});

// A real model ran the program, and told of the first of its two lines.
test.each([
  [
    "a.js",
    'console.log(tag("Ann"));\nconsole.log(tag("Bo"));\n',
    '2.9  <- console.log(tag("Ann"));\n3.1  <- console.log(tag("Bo"));',
  ],
  ["b.py", "print(1)\nif late: print(2)\nfor x in ():\n    print(x)\n", "2.9\n3.1"],
  ["c.py", "for x in (1, 2):\n    print(x)\n    print(x)\n", "2.9\n3.1"],
  ["d.sh", "echo $1\n", "2.9\n3.1"],
])("behind each line of %s stands what printed it, where certain", async (path, text, output) => {
  const workspace = memoryWorkspace();
  await workspace.write(path, text);
  const run = () => Promise.resolve({ ok: true, output: "2.9\n3.1" });
  const place = { workspace, python: { ...pythonRunTool(), run }, cleaner: new TextCleaner() };
  const dynamic = await withProgramRun(`What does ${path} print?`, undefined, place);
  const done = await dynamic?.find("run_program")?.run({ file: path }, CONTEXT);
  expect(done?.output).toBe(output);
});

test.each(["Explain tide.py.", "Does tide.py print what a.csv says?", "What is printed?"])(
  "%s begins as ever",
  async (line) => {
    expect(await actionsOf(line)).not.toContain("run_program");
  },
);

test("only the named programs can be run, each as its language is, and judged like programs of a model", async () => {
  const ran: unknown[] = [];
  const python = {
    ...pythonRunTool(),
    run: (args: unknown) => {
      ran.push(args);
      return Promise.resolve({ ok: true, output: "2.9" });
    },
  };
  const workspace = memoryWorkspace();
  for (const [path, text] of Object.entries(FILES)) await workspace.write(path, text);
  const line = "What do tide.py and run.sh print?";
  const place = { workspace, python, cleaner: new TextCleaner() };
  const dynamic = await withProgramRun(line, undefined, place);
  const tool = dynamic?.find("run_program");
  expect(tool).toMatchObject({ effect: "execute", capabilities: ["shell"], isFirst: true });
  expect(await tool?.run({ file: "tide.py" }, CONTEXT)).toMatchObject({ output: "2.9" });
  await tool?.run({ file: "run.sh" }, CONTEXT);
  expect(await tool?.run({ file: "a.csv" }, CONTEXT)).toMatchObject({ ok: false });
  expect(ran).toEqual([
    {
      code: 'import runpy, sys\nsys.argv = ["tide.py"]\nrunpy.run_path("tide.py", run_name="__main__")',
    },
    { code: 'import subprocess, sys\nsys.exit(subprocess.run(["sh", "run.sh"]).returncode)' },
  ]);
});
