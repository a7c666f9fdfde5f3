import { expect, test } from "bun:test";
import { agent } from "#models/personas/agent.ts";
import { writeAction, writeAnswer } from "#models/turn-shape.ts";
import { memoryWorkspace, openTestRoom, sayAndWait, testJournal } from "#test/room-fixture.ts";
import { say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { pythonRunTool } from "#tools/python-run.ts";
import type { ToolContext } from "#tools/tool.ts";
import { withProgramRun } from "./program-tool.ts";

const FILES = { "tide.py": "print(2.9)\n", "run.sh": "echo hi\n", "a.csv": "a,b\n1,2\n" };

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
  const dynamic = await withProgramRun(line, undefined, { workspace, python });
  const tool = dynamic?.find("run_program");
  expect(tool).toMatchObject({ effect: "execute", capabilities: ["shell"], isFirst: true });
  const context: ToolContext = { signal: new AbortController().signal, persona: "agent" };
  expect(await tool?.run({ file: "tide.py" }, context)).toMatchObject({ output: "2.9" });
  await tool?.run({ file: "run.sh" }, context);
  expect(await tool?.run({ file: "a.csv" }, context)).toMatchObject({ ok: false });
  expect(ran).toEqual([
    {
      code: 'import runpy, sys\nsys.argv = ["tide.py"]\nrunpy.run_path("tide.py", run_name="__main__")',
    },
    { code: 'import subprocess, sys\nsys.exit(subprocess.run(["sh", "run.sh"]).returncode)' },
  ]);
});
