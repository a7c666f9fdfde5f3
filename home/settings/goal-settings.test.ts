import { expect, test } from "bun:test";
import { goalLimitsSchema, goalSettings } from "./goal-settings.ts";

test("the environment goes before the file, and what neither names is left to the profile", () => {
  const entry = { cycles: 5, tokens: 900 };
  expect(goalSettings(entry, () => undefined)).toEqual({ cycles: 5, tokens: 900 });
  const env = new Map([
    ["ORG_MAX_CYCLES", 7],
    ["ORG_PULSE_BUDGET_S", 60],
  ]);
  expect(goalSettings(entry, (name) => env.get(name))).toEqual({
    cycles: 7,
    seconds: 60,
    tokens: 900,
  });
});

test.each([
  { cycles: 0 },
  { seconds: 1.5 },
  { tokens: -1 },
  { money: -1 },
  { calls: 1e9 },
  { turns: 3 },
])("%p are not limits", (limits) => {
  expect(goalLimitsSchema.safeParse(limits).success).toBe(false);
});
