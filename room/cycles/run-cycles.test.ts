import { expect, test } from "bun:test";
import { ScriptedRun, SOME_LIMITS } from "#test/cycles/scripted-run.ts";

test("a goal runs as intent, execution and summary until the model says that it is done", async () => {
  const run = new ScriptedRun({ limits: SOME_LIMITS, behaviours: [{}, {}, { done: true }] });
  const report = await run.play();
  expect(report).toMatchObject({ end: "done", text: "All is tidy.", refused: [] });
  const phases = run.steps.map(({ cycle, phase, state }) => `${cycle}:${phase}:${state}`);
  expect(phases).toEqual([
    "0:goal:begun",
    ...[
      "1:intent:begun",
      "1:intent:done",
      "1:execution:begun",
      "1:execution:done",
      "1:summary:done",
    ],
    ...[
      "2:intent:begun",
      "2:intent:done",
      "2:execution:begun",
      "2:execution:done",
      "2:summary:done",
    ],
    ...["3:intent:begun", "3:intent:done", "0:goal:done"],
  ]);
  expect(run.calls).toEqual(['1 {"n":"1"}', '2 {"n":"2"}']);
});
