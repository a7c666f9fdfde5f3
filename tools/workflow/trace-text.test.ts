import { expect, test } from "bun:test";
import { traceText } from "./trace-text.ts";

const run = "run_1";
const record = { output: null, ms: 1234, attempts: 1 } as const;

test.each([
  [traceText({ type: "run-start", run, workflow: "w", finished: 0 }), "▶ w (run_1)"],
  [
    traceText({ type: "run-start", run, workflow: "w", finished: 2 }),
    "▶ w (run_1, 2 steps are finished)",
  ],
  [traceText({ type: "step-start", run, path: "a[1]", runs: "sh" }), "· a[1] → sh"],
  [
    traceText({
      type: "step-retry",
      run,
      path: "a",
      attempt: 1,
      delayMs: 500,
      message: "no\n  luck",
    }),
    "↻ a: try 1 failed, the next in 0.50 s: no ⏎ luck",
  ],
  [
    traceText({ type: "step-end", run, path: "a", state: "done", ...record, recorded: false }),
    "✔ a 1.23 s",
  ],
  [
    traceText({
      type: "step-end",
      run,
      path: "a",
      state: "done",
      ...record,
      attempts: 3,
      recorded: true,
    }),
    "✔ a 1.23 s, 3 tries, done before",
  ],
  [
    traceText({ type: "step-end", run, path: "a", state: "skipped", ...record, recorded: false }),
    "– a: skipped",
  ],
  [
    traceText({
      type: "step-end",
      run,
      path: "a",
      state: "failed",
      ...record,
      ms: 65_432,
      message: "x",
      recorded: false,
    }),
    "✘ a 65 s: x",
  ],
  [traceText({ type: "run-end", run, state: "done", ms: 5 }), "✔ done 0.01 s"],
  [traceText({ type: "run-end", run, state: "failed", ms: 5, message: "a: x" }), "✘ failed 0.01 s"],
  [
    traceText({ type: "run-end", run, state: "stopped", ms: 5 }),
    "■ stopped 0.01 s\n→ org workflow run --resume run_1",
  ],
])("%s", (text, expected) => {
  expect(text).toBe(expected);
});
