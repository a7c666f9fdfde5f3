/** Workflows by the real program: real tools in the real sandbox, real kills. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type WorkflowEvent, workflowEventSchema } from "#tools/workflow/trace.ts";
import type { Json } from "#tools/workflow/workflow.ts";
import { type OrgProcess, type OrgRan, type TestHome, testHome } from "./org-process.ts";
import { registerTool } from "./registered-tool.ts";

const SUM = `import { z } from "zod";
export const input = z.object({ values: z.array(z.number()) });
export async function run({ values }) {
  if (values.length === 0) throw Object.assign(new Error("nothing to add"), { code: "EMPTY" });
  return { total: values.reduce((sum, one) => sum + one, 0), values };
}
`;
const CONTRACT = {
  name: "sum",
  description: "Adds numbers up.",
  input: {
    type: "object",
    properties: { values: { type: "array", items: { type: "number" } } },
    required: ["values"],
  },
  output: { type: "object" },
  failures: [{ code: "EMPTY", when: "there is nothing" }],
};

let home: TestHome;
beforeEach(async () => {
  home = await testHome();
  await registerTool(join(home.path, "tools", "generated"), CONTRACT, SUM);
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

async function workflow(name: string, text: string): Promise<void> {
  await mkdir(home.paths.workflows, { recursive: true });
  await writeFile(join(home.paths.workflows, `${name}.yaml`), text);
}

function eventsOf({ stdout }: OrgRan): readonly WorkflowEvent[] {
  return stdout
    .split("\n")
    .slice(0, -1)
    .flatMap((line) => workflowEventSchema.safeParse(JSON.parse(line)).data ?? []);
}

/** The paths of events of a kind, in order. */
function paths(
  events: readonly WorkflowEvent[],
  type: "step-start" | "step-end",
): readonly string[] {
  return events.flatMap((event) => (event.type === type ? [event.path] : []));
}

function outputs(events: readonly WorkflowEvent[]): ReadonlyMap<string, Json> {
  return new Map(
    events.flatMap((event) => (event.type === "step-end" ? [[event.path, event.output]] : [])),
  );
}

/** Resolves with the first event that fits. */
async function eventOf(
  process: OrgProcess,
  fits: (event: WorkflowEvent) => boolean,
): Promise<WorkflowEvent> {
  const line = await process.stdout.line((text) =>
    fits(workflowEventSchema.parse(JSON.parse(text))),
  );
  return workflowEventSchema.parse(JSON.parse(line));
}

describe("org workflow run", () => {
  test("calls programs and generated tools, hands data on, and nests", async () => {
    await workflow(
      "stats",
      `
inputs: {type: object, properties: {names: {type: array, items: {type: string}}}, required: [names]}
steps:
  - id: lengths
    foreach: inputs.names
    parallel: 2
    tool: sh
    args: {cmd: "printf %s \${quote(item)} | wc -c"}
    output: "\${int(result)}"
  - {id: all, workflow: total, inputs: {values: $lengths.output}}
  - {id: big, if: all.output > 100, tool: sh, args: {cmd: "false"}}
  - {id: none, tool: sum, args: {values: []}, allow_failure: true}
output: {lengths: $lengths.output, total: $all.output, big: "\${big.skipped}", none: "\${none.error}"}
`,
    );
    await workflow(
      "total",
      `
inputs: {type: object, properties: {values: {type: array, items: {type: integer}}}}
steps: [{id: add, tool: sum, args: {values: $inputs.values}, output: "\${result.total + 0.5}"}]
`,
    );
    const inputs = JSON.stringify({ names: ["a'b", "$HOME; echo x", "ü"] });
    const { stdout, stderr, exitCode } = await home.run([
      "workflow",
      "run",
      "stats",
      "--inputs",
      inputs,
    ]);
    expect(stderr).toContain("✔ all/add ");
    expect(JSON.parse(stdout)).toEqual({
      lengths: [3, 13, 2],
      total: 18.5,
      big: true,
      none: '"sum" failed with EMPTY (there is nothing): nothing to add',
    });
    expect(exitCode).toBe(0);
  });

  test("killed in the middle, it goes on and repeats no finished step", async () => {
    const random = 'tool: sh, args: {cmd: "echo $RANDOM$RANDOM$RANDOM"}';
    await workflow(
      "long",
      `
steps:
  - {id: first, ${random}}
  - {id: each, foreach: [1, 2, 3, 4, 5, 6, 7, 8], parallel: 2, workflow: part, inputs: {n: "\${item}"}}
  - {id: last, ${random}}
output: ["\${first.output}", "\${each.output}"]
`,
    );
    await workflow(
      "part",
      `
inputs: {type: object, properties: {n: {type: integer}}}
steps:
  - {id: draw, ${random}}
  - {id: add, tool: sum, args: {values: ["\${inputs.n}"]}}
output: {n: "\${add.output.total}", drawn: $draw.output}
`,
    );
    const killed = home.start(["workflow", "run", "long", "--json"]);
    await eventOf(killed, (event) => event.type === "step-end" && event.path === "each[2]");
    killed.signal("SIGKILL");
    const before = eventsOf(await killed.ended);
    const run = before[0]?.run ?? "";
    expect(before.at(-1)?.type).not.toBe("run-end");
    const finished = outputs(before);
    expect(finished.size).toBeGreaterThan(5);

    const after = eventsOf(await home.run(["workflow", "run", "--resume", run, "--json"]));
    const again = paths(after, "step-start").filter((path) => finished.has(path));
    expect(again).toEqual([]);
    const end = after.at(-1);
    expect(end).toMatchObject({ type: "run-end", state: "done" });
    const [first, each] = (end?.type === "run-end" ? end.output : []) as [string, readonly Json[]];
    // Each number was drawn by chance: those from before the kill are still the ones that count.
    expect(first).toBe(String(finished.get("first")));
    expect(each).toHaveLength(8);
    for (const at of each.keys()) {
      const path = `each[${at}]`;
      if (finished.has(path)) expect(each[at]).toEqual(finished.get(path) ?? null);
    }
  });

  test("one process at a time; Ctrl-C ends the tool and leaves a run to go on with", async () => {
    await workflow(
      "slow",
      'steps: [{id: a, tool: sh, args: {cmd: "echo 1"}}, {id: b, tool: sh, args: {cmd: "sleep 100", timeout_s: 120}}]',
    );
    const first = home.start(["workflow", "run", "slow", "--json"]);
    const { run } = await eventOf(
      first,
      (event) => event.type === "step-start" && event.path === "b",
    );
    const second = await home.run(["workflow", "run", "--resume", run]);
    expect(second.stderr).toContain("[LOCK_HELD]");
    expect(second.exitCode).toBe(75);
    first.signal("SIGINT");
    const ran = await first.ended;
    expect(ran.exitCode).toBe(130);
    expect(eventsOf(ran).at(-1)).toMatchObject({ type: "run-end", state: "stopped" });
    const { stdout } = await home.run(["workflow", "show", run]);
    expect(stdout).toContain("stopped, 1 steps finished");
    expect(stdout).toContain(`→ org workflow run --resume ${run}`);
  });

  test("what the policy asks about does not run without an approval", async () => {
    await writeFile(join(home.path, "org.config"), '[permissions]\nmode = "supervised"\n');
    await workflow("ask", 'steps: [{id: a, tool: sh, args: {cmd: "echo hi"}}]');
    const refused = await home.run(["workflow", "run", "ask", "--json"]);
    expect(refused.exitCode).toBe(77);
    expect(refused.stderr).toContain("needs an approval");
    const run = eventsOf(refused)[0]?.run ?? "";
    const allowed = await home.run(["workflow", "run", "--resume", run, "--yes"]);
    expect(allowed).toMatchObject({ stdout: "hi\n", exitCode: 0 });
  });
});

test("the example of the documentation runs", async () => {
  const text = await Bun.file(join(import.meta.dir, "../docs/workflows.md")).text();
  for (const [, name = "", body = ""] of text.matchAll(
    /```yaml\n# workflows\/(\w+)\.yaml\n([^`]+)```/g,
  )) {
    await workflow(name, body);
  }
  const inputs = '{"words": ["a", "bbb", "cc"]}';
  const { stdout, stderr } = await home.run(["workflow", "run", "digest", "--inputs", inputs]);
  expect(stderr).toMatch(/✘ warn .*home is not \$\{HOME\}/);
  expect(JSON.parse(stdout)).toEqual({ lengths: [1, 3, 2], longest: 3, warned: true });
});

test("org workflow check knows the schemas of all tools, and tells where a mistake is", async () => {
  await workflow(
    "wrong",
    "steps: [{id: a, tool: sum, args: {values: 3}}, {id: b, tool: chat_mode}]",
  );
  const { stdout, exitCode } = await home.run(["workflow", "check", "wrong"]);
  expect(stdout).toBe(
    `✘ wrong
  wrong: steps.a.args.values: Invalid input: expected array, received number
  wrong: steps.b.tool: there is no tool "chat_mode"
`,
  );
  expect(exitCode).toBe(65);
  expect((await home.run(["workflow", "run", "wrong"])).exitCode).toBe(65);
  expect((await home.run(["workflow", "run", "worng"])).exitCode).toBe(66);
});
