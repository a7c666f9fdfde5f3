import { expect, test } from "bun:test";
import { parseConfig } from "./config-schema.ts";
import { observerSettings } from "./observer-settings.ts";

test("without a word what is learnt waits for a review, ten silent minutes later, for 20,000 tokens a day", () => {
  expect(observerSettings({})).toEqual({
    ...{ model: undefined, promotion: "suggest", silentMs: 600_000, tokens: 20_000 },
  });
});

test("a person may lay down all of it", () => {
  const entry = { model: "small", promotion: "auto", silent_seconds: 30, tokens: 5000 } as const;
  expect(observerSettings(entry)).toEqual({
    ...{ model: "small", promotion: "auto", silentMs: 30_000, tokens: 5000 },
  });
});

test.each([
  ["promotion", "always"],
  ["promotion", true],
  ["silent_seconds", 0],
  ["silent_seconds", 86_401],
  ["silent_seconds", "10m"],
  ["tokens", -1],
  ["tokens", 1.5],
  ["model", ""],
  ["modell", "m"],
])("%s = %p is refused", (name, value) => {
  expect(parseConfig({ observer: { [name]: value } })).toMatchObject({
    problems: [{ path: ["observer", name] }],
  });
});
