import { expect, test } from "bun:test";
import { parseConfig } from "./config-schema.ts";
import { taskPlans } from "./heartbeat-settings.ts";

function plansOf(heartbeat: object): ReturnType<typeof taskPlans> {
  const parsed = parseConfig({ heartbeat });
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return taskPlans(parsed.config.heartbeat, "Asia/Kathmandu");
}

function problemsOf(heartbeat: object): readonly string[] {
  const parsed = parseConfig({ heartbeat });
  if (!("problems" in parsed)) return [];
  return parsed.problems.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

test("a home has its own tasks, by the clocks of the machine", () => {
  const plans = plansOf({});
  expect(plans.map(({ name, zone, missed }) => [name, zone, missed])).toContainEqual([
    ...["drill", "Asia/Kathmandu", "once"],
  ]);
});

test("a person gives tasks another time, switches them off and adds further ones", () => {
  const plans = plansOf({
    zone: "Europe/Vienna",
    tasks: {
      drill: { cron: "0 5 * * sun", zone: "UTC" },
      report: { cron: "@daily", missed: "skip", run: { workflow: "report" } },
      look: { cron: "0 8 * * *", run: { tool: "sh", args: { cmd: "date" } } },
      never: { cron: "0 8 * * *", off: true, run: { tool: "sh" } },
    },
  });
  expect(plans).toContainEqual(
    expect.objectContaining({ name: "drill", zone: "UTC", run: { task: "drill" } }),
  );
  expect(plans.slice(-2)).toMatchObject([
    {
      name: "report",
      zone: "Europe/Vienna",
      missed: "skip",
      run: { workflow: "report", inputs: {} },
    },
    { name: "look", missed: "once", run: { tool: "sh", args: { cmd: "date" } } },
  ]);
  expect(plansOf({ tasks: { drill: { off: true } } }).map(({ name }) => name)).not.toContain(
    "drill",
  );
});

const RUN = { tool: "sh" };

test.each([
  [{ zone: "Mars/Base" }, "heartbeat.zone: no such time zone is known"],
  [
    { tasks: { a: { cron: "60 * * * *", run: RUN } } },
    'heartbeat.tasks.a.cron: "60 * * * *": minute 60 is not within 0–59. It is character 1 of the line.',
  ],
  [
    { tasks: { a: { cron: "0 0 30 2 *", run: RUN } } },
    'heartbeat.tasks.a.cron: "0 0 30 2 *" never comes',
  ],
  [{ tasks: { a: { run: RUN } } }, "heartbeat.tasks.a: it has no cron"],
  [{ tasks: { a: { cron: "@daily" } } }, "heartbeat.tasks.a: it has no run"],
  [{ tasks: { a: { cron: "@daily", run: {} } } }, "heartbeat.tasks.a.run: name either a tool or a"],
  [
    { tasks: { a: { cron: "@daily", run: { tool: "sh", workflow: "b" } } } },
    "heartbeat.tasks.a.run: name either a tool or a workflow",
  ],
  [
    { tasks: { a: { cron: "@daily", run: { goal: "tidy up", tool: "sh" } } } },
    "heartbeat.tasks.a.run: name either a tool or a workflow or a goal",
  ],
  [
    { tasks: { a: { cron: "@daily", run: { tool: "sh", limits: { cycles: 1 } } } } },
    "heartbeat.tasks.a.run: limits belong to a goal",
  ],
  [
    { tasks: { a: { cron: "@daily", run: { goal: "tidy up", limits: { cycles: 0 } } } } },
    "heartbeat.tasks.a.run.limits.cycles",
  ],
  [
    { tasks: { a: { cron: "@daily", run: { workflow: "b", args: {} } } } },
    "heartbeat.tasks.a.run: args belong to a tool",
  ],
  [
    { tasks: { a: { cron: "@daily", run: { tool: "b", inputs: {} } } } },
    "heartbeat.tasks.a.run: inputs belong to a workflow",
  ],
  [{ tasks: { drill: { run: RUN } } }, 'heartbeat.tasks.drill: "drill" is a built-in task'],
  [{ tasks: { "My Task": { cron: "@daily", run: RUN } } }, "heartbeat.tasks.My Task: "],
  [{ tasks: { a: { cron: "@daily", run: RUN, missed: "twice" } } }, "heartbeat.tasks.a.missed: "],
  [
    { tasks: { a: { crom: "@daily", run: RUN } } },
    "heartbeat.tasks.a.crom: there is no such setting",
  ],
])("%j is refused: %s", (heartbeat, problem) => {
  const problems = problemsOf(heartbeat);
  expect(problems.some((one) => one.startsWith(problem))).toBe(true);
});
