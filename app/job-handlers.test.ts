import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { readSettings } from "#home/settings/settings.ts";
import type { JobRun } from "#server/jobs/job-handlers.ts";
import type { JobData, JobWork } from "#server/jobs/job-service.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { App } from "./app.ts";
import { jobHandlersOf } from "./job-handlers.ts";

let home: TestHome;
let parts: AsyncDisposableStack;
let notes: JobData[] = [];
beforeEach(async () => {
  home = await testHome();
  parts = new AsyncDisposableStack();
  notes = [];
  await createHome(home.paths);
});
afterEach(async () => {
  await parts[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

function runOf<Work extends JobWork>(work: Work, id = "j1"): JobRun<Work> {
  return {
    ...{ id, work, attempt: 1, createdAt: 1_700_000_000_000 },
    signal: new AbortController().signal,
    alive: () => undefined,
    note: async (data) => void notes.push(data),
    closing: () => undefined,
    earlier: () => Promise.resolve([]),
  };
}

/** Handlers of a process that has no rooms, as a worker is. */
async function handlers() {
  // The language model that this machine may have must not be asked.
  const env = { ORG_HOME: home.path, ORG_ENGINE_DIR: join(home.path, "engine") };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  const app = parts.use(new App({ settings }));
  const journal = parts.use(await openSqliteJournal(home.paths.journal));
  const place = { service: undefined, journal };
  return jobHandlersOf(
    {
      ...{ paths: home.paths, home: place, app, see: () => undefined },
      jobs: () => {
        throw new Error("No goal of this test looks at jobs");
      },
    },
    parts,
  );
}

const WORKFLOW = `
description: Prints a number.
inputs: { type: object, properties: { n: { type: number } } }
steps:
  - id: print
    tool: sh
    args: { cmd: "echo \${inputs.n}" }
output: { n: "\${inputs.n}" }
`;

test("a workflow runs under the id of its job, and a second attempt goes on with that run", async () => {
  await Bun.write(join(home.paths.workflows, "plain.yaml"), WORKFLOW);
  const { workflow } = await handlers();
  const work = { kind: "workflow", workflow: "plain", inputs: { n: 3 } } as const;
  expect(await workflow(runOf(work))).toEqual({ n: 3 });
  expect(JSON.stringify(notes)).toContain("print");
  notes = [];
  expect(await workflow(runOf(work))).toEqual({ n: 3 });
  expect(JSON.stringify(notes)).not.toContain("print");
});

test("a workflow or tool that there is not ends its job with a reason", async () => {
  const { workflow, tool } = await handlers();
  await expect(
    workflow(runOf({ kind: "workflow", workflow: "none", inputs: {} })),
  ).rejects.toMatchObject({ code: "WORKFLOW_UNKNOWN" });
  await expect(tool(runOf({ kind: "tool", tool: "none", args: {} }))).rejects.toThrow(/none/);
});

test("a process without rooms takes no message", async () => {
  const { message } = await handlers();
  await expect(message(runOf({ kind: "message", text: "Hi" }))).rejects.toMatchObject({
    ...{ code: "JOB_REFUSED", message: "This process has no rooms" },
    ...{ why: "a worker does only jobs that need no room", unchanged: "Nothing was said." },
    remedies: ["org serve   # has the rooms of its home"],
  });
});

test("a goal is answered by code where no model is at hand", async () => {
  const { goal } = await handlers();
  expect(JSON.stringify(await goal(runOf({ kind: "goal", text: "help" })))).toContain("help");
});
