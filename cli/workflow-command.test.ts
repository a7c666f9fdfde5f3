import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { RunStore } from "#tools/workflow/run-store.ts";
import { workflowEventSchema } from "#tools/workflow/trace.ts";
import { parseCommandLine } from "./command-line.ts";
import { runWorkflowCommand } from "./workflow-command.ts";

const home = mkdtempSync(join(tmpdir(), "org-workflows-"));
const folder = join(home, "workflows");
mkdirSync(folder);
afterAll(() => rmSync(home, { recursive: true }));

const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
file(
  "greet.yaml",
  `description: Says hello
inputs: {type: object, properties: {who: {type: string}}, required: [who]}
steps:
  - {id: say, tool: echo, args: {text: "hello \${inputs.who}"}}
  - {id: each, if: "inputs.who != 'stranger'", foreach: [1, 2], tool: echo, args: {text: "\${string(item)}"}}
output: $say.output
`,
);
file("data.yml", "steps: [{id: a, tool: echo, args: {text: x}}]\noutput: {a: $a.output}");
file("ill.yaml", "steps: [{id: a, tool: fail, args: {why: swordfish-1}}]");
file("wrong.yaml", "steps: [{id: a, tool: ecko}, {id: b, workflow: grete}]");

/** What tools and runs were opened with by the newest command: whether approvals are given, whether a file may be made. */
let opened: { readonly tools: boolean[]; readonly runs: boolean[] };

async function org(...args: readonly string[]) {
  opened = { tools: [], runs: [] };
  const output = capturedOutput();
  const code = await runWorkflowCommand(parseCommandLine(["workflow", ...args]), {
    ...{ folder, output, cleaner: new TextCleaner(["swordfish-1"]) },
    locks: join(home, "locks"),
    signal: new AbortController().signal,
    tools: async (yes) => {
      opened.tools.push(yes);
      return {
        names: ["echo", "fail"],
        schemaOf: (name) => (["echo", "fail"].includes(name) ? { type: "object" } : undefined),
        call: async (name, { text = null, why }) =>
          name === "echo"
            ? { kind: "done", value: text }
            : { kind: yes ? "failed" : "refused", message: `it says ${why}\nand more` },
      };
    },
    openRuns: async (mayCreate) => {
      opened.runs.push(mayCreate);
      return new RunStore(join(home, "runs.sqlite"));
    },
  });
  return { code, ...output };
}

async function failing(...args: readonly string[]): Promise<OrgError> {
  try {
    await org(...args);
  } catch (error) {
    if (error instanceof OrgError) return error;
    throw error;
  }
  throw new Error("It did not fail");
}

test("runs one: its output to stdout, each step to stderr", async () => {
  const { code, stdout, stderr } = await org("run", "greet", "--inputs", '{"who": "you"}');
  expect(code).toBe(0);
  expect(stdout).toBe("hello you\n");
  const lines = stderr.split("\n").map((line) => line.replace(/[\d.]+ s$/, "N s"));
  expect(lines.slice(1)).toEqual([
    ...["· say → echo", "✔ say N s", "· each → echo"],
    ...["· each[0] → echo", "· each[1] → echo", "✔ each[0] N s", "✔ each[1] N s"],
    ...["✔ each N s", "✔ done N s", ""],
  ]);
  expect((await org("run", "data")).stdout).toBe('{\n  "a": "x"\n}\n');
});

test.each([
  [["run", "data", "--yes"], [false, true], [true]],
  [["run", "data"], [false, false], [true]],
  [["run", "data", "--json"], [false, false], [true]],
  [["check", "data", "--yes"], [false], []],
  [["list", "--runs"], [], [false]],
  [["list"], [], []],
  [["show", "data"], [], [false]],
  [["show", "data", "--json"], [], [false]],
])("org workflow %j approves and makes no more than it has to", async (args, tools, runs) => {
  expect((await org(...args)).code).toBe(0);
  expect(opened).toEqual({ tools, runs });
});

test("a folder without workflows says where they are explained, and a home without runs says so", async () => {
  const [empty, output] = [join(home, "empty"), capturedOutput()];
  mkdirSync(empty);
  const deps = {
    ...{ folder: empty, output, cleaner: new TextCleaner(), locks: join(home, "locks") },
    ...{ signal: new AbortController().signal, openRuns: async () => undefined },
    tools: () => Promise.reject(new Error("No tool is needed")),
  };
  for (const words of [["list"], ["list", "--runs"]]) {
    expect(await runWorkflowCommand(parseCommandLine(["workflow", ...words]), deps)).toBe(0);
  }
  expect(output).toMatchObject({
    stdout: "",
    stderr: "There is no workflow; see docs/workflows.md.\nNo workflow was run in this home.\n",
  });
});

test("runs the file that is named, with its neighbours", async () => {
  expect((await org("run", join(folder, "data.yml"))).stdout).toContain('"a": "x"');
});

test("with --json every line is an event, and the last has the output", async () => {
  const { stdout, stderr } = await org("run", "greet", "--inputs", '{"who": "stranger"}', "--json");
  expect(stderr).toBe("");
  const events = stdout
    .trimEnd()
    .split("\n")
    .map((line) => workflowEventSchema.parse(JSON.parse(line)));
  expect(events.map(({ type }) => type)).toEqual([
    "run-start",
    "step-start",
    "step-end",
    "step-end",
    "run-end",
  ]);
  expect(events.at(-2)).toMatchObject({ path: "each", state: "skipped" });
  expect(events.at(-1)).toMatchObject({ state: "done", output: "hello stranger" });
});

test("a run that failed is listed, shown and resumed; secrets are not shown", async () => {
  const error = await failing("run", "ill", "--yes");
  expect(error).toMatchObject({
    code: "WORKFLOW_FAILED",
    why: expect.stringContaining("it says swordfish-1"),
  });
  const { stdout } = await org("list", "--runs");
  const [id = ""] = stdout.split(" ");
  expect(stdout).toMatch(/^run_\w+ ill \S+Z failed, 0 steps finished: a: it says \[/);
  expect(stdout).not.toContain("swordfish");
  expect(stdout).not.toContain("and more");
  expect((await org("show", id)).stdout).toContain(`→ org workflow run --resume ${id}`);
  expect(JSON.parse((await org("show", id, "--json")).stdout)).toMatchObject({ id, steps: [] });
  expect(await failing("run", "--resume", id)).toMatchObject({ code: "APPROVAL_NEEDED" });
});

test("a run that is done shows its steps", async () => {
  await org("run", "greet", "--inputs", '{"who": "stranger"}');
  const [id = ""] = (await org("list", "--runs")).stdout.split(" ");
  const { stdout } = await org("show", id);
  expect(stdout).toMatch(/greet \S+ done, 2 steps finished\n✔ say [\d.]+ s\n– each: skipped\n$/);
  expect((await org("run", "--resume", id)).stdout).toBe("hello stranger\n");
  expect(JSON.parse((await org("list", "--runs", "--json")).stdout)[0]).toMatchObject({ id });
});

test("check lists every problem with its place, and all files without a name", async () => {
  const { code, stdout } = await org("check", "wrong");
  expect(code).toBe(65);
  expect(stdout).toBe(
    `✘ wrong
  wrong: steps.a.tool: there is no tool "ecko". Did you mean "echo"?
  wrong: steps.b.workflow: there is no workflow "grete". Did you mean "greet"?
`,
  );
  expect(await org("check", "greet")).toMatchObject({ code: 0, stdout: "✔ greet: 2 steps\n" });
  expect((await org("check")).stdout).toContain(
    "✔ data: 1 steps\n✔ greet: 2 steps\n✔ ill: 1 steps\n✘ wrong",
  );
  expect(JSON.parse((await org("check", "wrong", "--json")).stdout)).toMatchObject({
    workflow: "wrong",
    ok: false,
    problems: [{ place: "steps.a.tool" }, { place: "steps.b.workflow" }],
  });
});

test("what is wrong does not run", async () => {
  const error = await failing("run", "wrong");
  expect(error).toMatchObject({ code: "WORKFLOW_INVALID", unchanged: "No step was done." });
  expect(error.why).toContain("steps.a.tool");
});

test("lists and shows workflows", async () => {
  const { stdout, stderr } = await org("list");
  expect(stderr).toBe("");
  expect(stdout).toBe("data: 1 steps\ngreet: Says hello\nill: 1 steps\nwrong: 2 steps\n");
  const shown = (await org("show", "greet")).stdout;
  expect(shown).toBe(
    'greet: Says hello\ninputs: {"type":"object","properties":{"who":{"type":"string"}},"required":["who"]}\n' +
      "  say → echo\n  each → echo, for each of [1,2], if inputs.who != 'stranger'\n",
  );
  expect((await org("show", "wrong")).stdout).toEndWith("  a → ecko\n  b → workflow grete\n");
  expect(JSON.parse((await org("list", "--json")).stdout)).toEqual([
    { workflow: "data", description: "", steps: 1, problems: 0 },
    { workflow: "greet", description: "Says hello", steps: 2, problems: 0 },
    { workflow: "ill", description: "", steps: 1, problems: 0 },
    { workflow: "wrong", description: "", steps: 2, problems: 0 },
  ]);
  expect(JSON.parse((await org("show", "greet", "--json")).stdout)).toMatchObject({
    ...{ name: "greet", description: "Says hello" },
  });
});

test.each([
  [["run", "gret"], "WORKFLOW_UNKNOWN", "there are data, greet"],
  [["run", "./nowhere.yaml"], "WORKFLOW_UNKNOWN", "no such file"],
  [
    ["run", "greet"],
    "INPUT_INVALID",
    "inputs.who: Invalid input: expected string, but it is missing",
  ],
  [["run", "greet", "--inputs", "{"], "INPUT_INVALID", "--inputs is not JSON"],
  [["run", "greet", "--inputs", "[]"], "INPUT_INVALID", "inputs: Invalid input: expected object"],
  [["run", "greet", "--resume", "run_1"], "USAGE", undefined],
  [["run", "--resume", "run_1", "--inputs", "{}"], "USAGE", undefined],
  [["run", "--resume", "run_1"], "WORKFLOW_UNKNOWN", "the newest is run_"],
  [["run"], "USAGE", undefined],
  [["show"], "USAGE", undefined],
  [["list", "greet"], "USAGE", undefined],
  [["chekc"], "USAGE", undefined],
  [["check", "greet", "more"], "USAGE", undefined],
])("org workflow %j is refused", async (args, code, why) => {
  const error = await failing(...args);
  expect(error.code).toBe(code as OrgError["code"]);
  if (why !== undefined) expect(error.why).toContain(why);
  expect(error.remedies.length).toBeGreaterThan(0);
});

test.each([
  [["run", "greet", "--resume", "r"], "--resume continues a run, and a name starts a new one", []],
  [["run", "--resume", "r", "--inputs", "{}"], "--resume uses the inputs of the run", []],
  [["run"], "Which workflow?", ["org workflow list"]],
  [["show"], "Which workflow, or which run?", ["org workflow list"]],
  [["list", "greet"], 'Unexpected argument "greet"', []],
  [["check", "greet", "more"], 'Unexpected argument "more"', []],
])("org workflow %j is refused as %p", async (args, message, near) => {
  expect(await failing(...args)).toMatchObject({
    ...{ code: "USAGE", message, unchanged: "Nothing was done." },
    remedies: [...near, "org help workflow"],
  });
});

test("without runs none can be resumed", async () => {
  const line = parseCommandLine(["workflow", "run", "--resume", "run_1"]);
  const deps = {
    ...{ folder, output: capturedOutput(), cleaner: new TextCleaner(), locks: join(home, "l") },
    ...{ signal: new AbortController().signal, openRuns: async () => undefined },
    tools: () => Promise.reject(new Error("No tool is needed")),
  };
  await expect(runWorkflowCommand(line, deps)).rejects.toMatchObject({
    ...{ code: "USAGE", message: "No workflow was run in this home" },
  });
});
