import { expect, test } from "bun:test";
import type { Attempt, AttemptResult } from "#ops/project/attempts-record.ts";
import { attemptsTable } from "./try-text.ts";

const RESULT: AttemptResult = {
  ...{ outcome: "passes", why: "", checks: { passed: 2, all: 2 }, fixed: 1 },
  ...{ files: 1, added: 12, removed: 4, ms: 3240, promptTokens: 1200, completionTokens: 300 },
};

function attempt(number: number, own: Partial<AttemptResult>): Attempt {
  const persona = number === 2 ? "a-longer-name" : "agent";
  return { number, persona, model: "qwen3:8b", result: { ...RESULT, ...own } };
}

test("a table has a row for each attempt that ended, its columns in line, and why one ended early", () => {
  const running: Attempt = { number: 5, persona: "agent", model: "m", result: null };
  const text = attemptsTable([
    attempt(1, {}),
    attempt(2, { outcome: "held", why: "the limit of 20 calls", ms: 100 }),
    attempt(3, { outcome: "refused", checks: { passed: 0, all: 2 } }),
    attempt(4, { outcome: "unchanged", files: 0, added: 0, removed: 0 }),
    running,
    attempt(6, { outcome: "failed", why: "no model" }),
  ]);
  expect(
    text,
  ).toBe(`#  persona        model     gate         checks  fixed  files     seconds  tokens
1  agent          qwen3:8b  ✔ passes     2 of 2  1      1 +12 −4  3.2      1200 in, 300 out
2  a-longer-name  qwen3:8b  ◐ held       2 of 2  1      1 +12 −4  0.1      1200 in, 300 out
3  agent          qwen3:8b  ✘ refused    0 of 2  1      1 +12 −4  3.2      1200 in, 300 out
4  agent          qwen3:8b  · unchanged  -       -      0 +0 −0   3.2      1200 in, 300 out
6  agent          qwen3:8b  · failed     -       -      1 +12 −4  3.2      1200 in, 300 out
2: the limit of 20 calls
6: no model
`);
});
