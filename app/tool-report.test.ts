import { expect, test } from "bun:test";
import type { Trust } from "#tools/registry/trust.ts";
import { whyGo } from "./tool-report.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

function promoted(daysAgo: number): Parameters<typeof whyGo>[0] {
  const createdAt = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
  return { name: "slug", judged: { metadata: { provenance: { createdAt } } } } as never;
}

const unused = (): Trust => ({ calls: 0, failures: 0, score: 0.5 }) as Trust;

test("a tool that was promoted long ago and never used might go; a built-in one, or a new one, may not", () => {
  expect(whyGo(promoted(61), unused)).toBe(
    "it was never used in the 61 days since it was promoted",
  );
  expect(whyGo(promoted(1), unused)).toBeUndefined();
  expect(whyGo({ ...promoted(61), judged: undefined }, unused)).toBeUndefined();
});
