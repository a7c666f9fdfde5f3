import { expect, test } from "bun:test";
import { autonomySettings } from "./autonomy-settings.ts";
import { parseConfig } from "./config-schema.ts";

test("without a word autonomy is off, and has limits by the profile, never none", () => {
  const common = { isEnabled: false, mayCode: false, allow: ["memory_search", "tools_search"] };
  expect(autonomySettings({}, undefined, "prod")).toEqual({
    ...{ ...common, model: undefined, questions: 3, aDay: 3, budget: { tokens: 50_000 } },
    ...{ idleMs: 7_200_000, gapMs: 7_200_000, lengthMs: 1_800_000 },
  });
  expect(autonomySettings({}, undefined, "dev")).toEqual({
    ...{ ...common, model: undefined, questions: 3, aDay: 20, budget: { tokens: 200_000 } },
    ...{ idleMs: 180_000, gapMs: 600_000, lengthMs: 3_600_000 },
  });
});

test("a limit of money alone leaves that of the tokens", () => {
  expect(autonomySettings({}, { money: 0.25 }, "prod").budget).toEqual({
    ...{ tokens: 50_000, micros: 250_000 },
  });
  expect(autonomySettings({}, { tokens: 0 }, "dev").budget).toEqual({ tokens: 0 });
});

test("a person may lay down all of it", () => {
  const entry = { enabled: true, model: "small", allow: ["memory_search"], code: true };
  expect(autonomySettings(entry, { tokens: 9 }, "dev")).toMatchObject({
    ...{ isEnabled: true, model: "small", allow: ["memory_search"], mayCode: true },
    budget: { tokens: 9 },
  });
});

test.each([
  ["enabled", "yes"],
  ["model", ""],
  ["allow", "memory_search"],
  ["allow", [""]],
  ["code", 1],
  ["approve_all", true],
])("%s = %p is refused", (name, value) => {
  expect(parseConfig({ autonomy: { [name]: value } })).toMatchObject({
    problems: [{ path: ["autonomy", name, ...(Array.isArray(value) ? [0] : [])] }],
  });
});

test.each([-1, 1.5, "none"])("a budget of %p tokens is refused", (tokens) => {
  expect(parseConfig({ budget: { autonomy: { tokens } } })).toMatchObject({
    problems: [{ path: ["budget", "autonomy", "tokens"] }],
  });
});
