import { expect, test } from "bun:test";
import type { Behaviour } from "#test/cycles/behaviour.ts";
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

/** The last prompt of a run that ends with `done`, and at which temperature it was asked. */
async function lastAsked(...behaviours: readonly Behaviour[]) {
  const run = new ScriptedRun({
    ...{ limits: SOME_LIMITS, behaviours: [...behaviours, { done: true }] },
  });
  expect(await run.play()).toMatchObject({ end: "done" });
  const { messages = [], temperature } = run.requests.at(-1) ?? {};
  return { prompt: String(messages.at(-1)?.content), temperature };
}

test("a step that failed is shown whole, and asked about at a higher temperature", async () => {
  const program = "line of a program; ".repeat(30);
  const args = JSON.stringify({ n: program });
  const { prompt, temperature } = await lastAsked({ args, tool: { outcome: "failed" } });
  expect(prompt).toContain(program);
  expect(prompt).toContain("Step 1 failed. Mend it, or do it in another way.");
  expect(temperature).toBeGreaterThan(0.5);
});

test("a step that was done before is named; the arguments of older ones are cut", async () => {
  const args = JSON.stringify({ n: "look ".repeat(100) });
  const { prompt, temperature } = await lastAsked(
    { args, tool: { output: "went well" } },
    { args: args.toUpperCase() },
  );
  expect(prompt).toContain("Step 2 was the same as step 1. Do something else, or call done.");
  expect(prompt).not.toContain("look ".repeat(100).trim());
  expect(temperature).toBeGreaterThan(0.5);
});

test("nothing is said of a step that went well", async () => {
  const { prompt, temperature } = await lastAsked({}, {});
  expect(prompt).toEndWith("\n\nWhat is the next step?");
  expect(temperature).toBe(0.2);
});
