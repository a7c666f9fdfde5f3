import { expect, test } from "bun:test";
import type { GoalStep } from "#core/goal-step.ts";
import { burstReport, reportOfSteps, stepsOf } from "./burst-steps.ts";

const SPENT = { cycles: 1, ms: 5, tokens: 7, micros: 0, calls: 1, actions: 1 };
const ABOUT = { type: "goal", goal: "g", attempt: 1, spent: SPENT, mono: 1 } as const;
const ACTION = { name: "reflect", args: { text: "tea", depth: 2 }, why: "worth knowing" };

const STEPS: readonly GoalStep[] = [
  { ...ABOUT, cycle: 0, phase: "goal", state: "begun", text: "Think." },
  { ...ABOUT, cycle: 1, phase: "intent", state: "begun" },
  { ...ABOUT, cycle: 1, phase: "intent", state: "done", action: ACTION },
  { ...ABOUT, cycle: 1, phase: "execution", state: "begun" },
];

test("the steps of a burst are read from the disk; other events of it are none", () => {
  const other = { type: "mode", mode: "group", by: "user" };
  const bodies = [...STEPS, other].map((step) => JSON.stringify(step));
  const asked: string[] = [];
  const store = {
    steps: (burst: string) => {
      asked.push(burst);
      return bodies;
    },
  };
  expect(stepsOf(store, "b1")).toEqual(STEPS);
  expect(asked).toEqual(["b1"]);
});

test("an action that was under way when the process ended is told with an open end", () => {
  expect(reportOfSteps(STEPS, "killed")).toMatchObject({
    ...{ end: "killed", tokens: 7, calls: 1 },
    did: [
      {
        ...{ what: "reflect tea 2", why: "worth knowing", outcome: "interrupted" },
        result: "It was not seen to end.",
      },
    ],
  });
  expect(reportOfSteps([], "killed").did).toEqual([]);
});

test("a report has what each cycle did, what was refused, and what all of it took", () => {
  const spent = { ...SPENT, ms: 50, tokens: 70, calls: 6 };
  const cycle = { outcome: "done", summary: "it is known" } as const;
  const cycles = [
    { ...cycle, action: ACTION },
    { ...cycle, action: { name: "rest", args: {}, why: "" } },
    { ...cycle, action: undefined },
  ];
  expect(
    burstReport(Object({ text: "All.", cycles, refused: ["sh: no"], spent }), "ended"),
  ).toEqual({
    ...{ end: "ended", text: "All.", refused: ["sh: no"], tokens: 70, calls: 6, ms: 50 },
    did: [
      { what: "reflect tea 2", why: "worth knowing", outcome: "done", result: "it is known" },
      { what: "rest", why: "", outcome: "done", result: "it is known" },
      { what: "a reply without an action", why: "", outcome: "done", result: "it is known" },
    ],
  });
});
