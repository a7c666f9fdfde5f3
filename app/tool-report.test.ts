import { expect, test } from "bun:test";
import type { Trust } from "#tools/registry/trust.ts";
import { toolDetails, whyGo } from "./tool-report.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

function promoted(daysAgo: number): Parameters<typeof whyGo>[0] {
  const createdAt = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
  return { name: "slug", verified: { metadata: { provenance: { createdAt } } } } as never;
}

const unused = (): Trust => ({ calls: 0, failures: 0, score: 0.5 }) as Trust;

test("a tool that was promoted long ago and never used might go; a built-in one, or a new one, may not", () => {
  expect(whyGo(promoted(61), unused)).toBe(
    "it was never used in the 61 days since it was promoted",
  );
  expect(whyGo(promoted(1), unused)).toBeUndefined();
  expect(whyGo({ ...promoted(61), verified: undefined }, unused)).toBeUndefined();
});

test("of a built-in tool its listing and its trust are told, of a promoted one also what was judged", async () => {
  const listing = {
    name: "slug",
    description: "Makes a slug.",
    origin: "generated",
    state: "ready",
  };
  const spec = { language: "ts", capabilities: ["clock"], asks: ["as a slug"], properties: [] };
  const metadata = { spec, contentHash: "h", tests: { coverage: 1 }, provenance: { by: "agent" } };
  const details = async (verified: unknown) => {
    const registry = { get: () => Promise.resolve({ ...listing, figures: {}, verified }) };
    return await toolDetails("slug", registry as never, unused);
  };
  const trust = unused();
  expect(await details(undefined)).toEqual({ ...listing, trust } as never);
  const { properties: _properties, ...shown } = spec;
  const { spec: _spec, ...described } = metadata;
  expect(await details({ metadata })).toEqual({
    ...listing,
    ...shown,
    ...described,
    trust,
  } as never);
});
