/** Workflows from a command line, in this process; `test/workflow.e2e.test.ts` kills them. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type TestHome, testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

const ECHO = `description: Says it
inputs: { type: object, properties: { text: { type: string } }, required: [text] }
steps:
  - id: said
    tool: sh
    args: { cmd: "echo \${quote(inputs.text)}" }
output: "\${said.output.trim()}"
`;

async function withWorkflow(name: string, text: string): Promise<TestHome> {
  const home = await testHome();
  await Bun.write(join(home.paths.workflows, `${name}.yaml`), text);
  return home;
}

test("a workflow is checked, run and looked at, and a run that is over gives the same again", async () => {
  await using home = await withWorkflow("echo", ECHO);
  const org = async (...words: readonly string[]) => await runCommand(home, "workflow", ...words);
  expect((await org("list")).stdout).toContain("echo");
  expect((await org("check")).code).toBe(0);
  expect((await org("list", "--runs")).stderr).not.toBe("");
  // Nothing was run: a look makes no database.
  expect(existsSync(home.paths.workflowRuns)).toBe(false);
  await expect(org("run", "--resume", "run_x")).rejects.toMatchObject({
    message: "No workflow was run in this home",
  });

  const ran = await org("run", "echo", "--inputs", '{"text":"a  b"}');
  expect(ran).toMatchObject({ code: 0, stdout: "a  b\n" });
  const runs = (await org("list", "--runs")).stdout;
  const [run = ""] = /\S+/.exec(runs) ?? [];
  expect((await org("show", run)).stdout).toContain("said");
  const again = await org("run", "--resume", run, "--json");
  expect(again.stdout).not.toContain("step-start");
  expect((await org("run", "--resume", run)).stdout).toBe("a  b\n");
});

test.each<[readonly string[], string]>([
  [["run"], "USAGE"],
  [["run", "nope"], "WORKFLOW_UNKNOWN"],
  [["run", "echo"], "INPUT_INVALID"],
  [["run", "echo", "--inputs", "{"], "INPUT_INVALID"],
  [["check", "a", "b"], "USAGE"],
])("org workflow %p is refused with %s", async (words, code) => {
  await using home = await withWorkflow("echo", ECHO);
  await expect(runCommand(home, "workflow", ...words)).rejects.toMatchObject({ code });
});

test("a file with a problem is told with its place", async () => {
  await using home = await withWorkflow("bad", ECHO.replace("tool: sh", "tool: shh"));
  const checked = await runCommand(home, "workflow", "check");
  expect(checked.code).toBe(65);
  expect(checked.stdout + checked.stderr).toContain("shh");
});
