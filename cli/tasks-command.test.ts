import { expect, test } from "bun:test";
import { taskPlans } from "#home/settings/heartbeat-settings.ts";
import type { TaskRow } from "#home/tasks/task-table.ts";
import type { JobRequest } from "#server/jobs/job-service.ts";
import { parseCommandLine } from "./command-line.ts";
import { runTasksCommand } from "./tasks-command.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const plans = taskPlans({
  zone: "UTC",
  tasks: { drill: {}, report: { cron: "0 8 * * *", run: { tool: "sh", args: { cmd: "date" } } } },
}).filter(({ name }) => name === "drill" || name === "report");

async function run(words: string, rows: readonly TaskRow[] = []) {
  const [written, said, submitted]: [string[], string[], JobRequest[]] = [[], [], []];
  const code = await runTasksCommand(
    parseCommandLine(["tasks", ...words.split(" ").filter(Boolean)]),
    {
      plans,
      rowOf: (name) => rows.find((row) => row.name === name),
      submit: async (request) => {
        submitted.push(request);
        return { id: request.requestId ?? "", dup: false };
      },
      output: { write: (text) => void written.push(text), say: (text) => void said.push(text) },
      now: () => NOW,
    },
  );
  return { code, text: written.join(""), said: said.join(""), submitted };
}

const ROW: TaskRow = {
  ...{ name: "drill", cron: "30 4 * * *", zone: "UTC", last_end: NOW, outcome: "done" },
  last_due: Date.parse("2026-11-23T04:30:00Z"),
};

test("lists when each task is due, and how it went", async () => {
  const { code, text } = await run("", [ROW]);
  expect(code).toBe(0);
  expect(text).toBe(
    "drill        next 2026-11-24T04:30Z  done 2026-11-23T04:30Z  30 4 * * * UTC\n" +
      "report       next 2026-11-24T08:00Z  not run yet  0 8 * * * UTC\n",
  );
});

test.each([
  ["is due since then", {}, "2026-11-22T04:30Z"],
  ["with another time counts from now", { cron: "0 5 * * *" }, "2026-11-24T04:30Z"],
  ["with another zone counts from now", { zone: "Asia/Tokyo" }, "2026-11-24T04:30Z"],
])("a task that was last run two days ago %s", async (_what, about, due) => {
  const row = { ...ROW, last_due: Date.parse("2026-11-21T04:30:00Z"), ...about };
  expect((await run("list", [row])).text).toStartWith(`drill        next ${due}`);
});

test("lists them as data", async () => {
  const lines = (await run("list --json", [ROW])).text.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      ...{ name: "drill", cron: "30 4 * * *", zone: "UTC", missed: plans[0]?.missed },
      ...{ next: Date.parse("2026-11-24T04:30Z"), last: ROW.last_due, outcome: "done" },
    },
    {
      ...{ name: "report", cron: "0 8 * * *", zone: "UTC", missed: "once" },
      ...{ next: Date.parse("2026-11-24T08:00Z"), last: null, outcome: null },
    },
  ]);
});

test("runs one now, as a job of its own", async () => {
  const { code, text, said, submitted } = await run("run report");
  expect(code).toBe(0);
  expect(submitted).toEqual([
    {
      work: { kind: "tool", tool: "sh", args: { cmd: "date" } },
      requestId: "task:report:2026-11-23T12:00:00.000Z",
    },
  ]);
  expect(text).toBe("task:report:2026-11-23T12:00:00.000Z\n");
  expect(said).toBe("→ org jobs show task:report:2026-11-23T12:00:00.000Z\n");
  const drill = await run("run drill --json");
  expect(JSON.parse(drill.text)).toEqual({ id: "task:drill:2026-11-23T12:00:00.000Z" });
  expect(drill.said).toBe("→ org jobs show task:drill:2026-11-23T12:00:00.000Z\n");
});

test.each([
  ["run", "Which task?"],
  ["run reprot", 'There is no task "reprot"'],
  ["list drill", 'Unexpected argument "drill"'],
])("org tasks %s: %s", async (words, message) => {
  await expect(run(words)).rejects.toMatchObject({
    ...{ code: "USAGE", message, unchanged: "Nothing was started." },
    remedies: ["org tasks", "org help tasks"],
  });
});

test.each([
  ["reprot", "there is report"],
  ["zzzzzzzz", "there is drill, report"],
])("a task %s is not there, and the nearest are", async (name, why) => {
  await expect(run(`run ${name}`)).rejects.toMatchObject({ why });
});
