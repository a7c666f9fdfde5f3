/** What can be told without asking the tools; `test/gate.e2e.test.ts` asks them. */
import { expect, test } from "bun:test";
import { findRegression } from "#fitness/gate/regression.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { CASES, type Recipe, SOURCE, toolOf } from "./tools/recipe.ts";

const { signal } = new AbortController();

const alone = (tool: ToolFolder): ReadonlyMap<string, ToolFolder> => new Map([[tool.name, tool]]);

async function lost(change: Recipe, leaveOut?: string): Promise<readonly string[]> {
  const now = toolOf(change);
  const files = new Map([...now.files].filter(([file]) => file !== leaveOut));
  const objection = await findRegression(alone(toolOf()), alone({ ...now, files }), { signal });
  return objection?.details ?? [];
}

test("a tool that did not change has lost nothing, and neither has one of nobody", async () => {
  expect(await lost({})).toEqual([]);
  expect(await findRegression(new Map(), alone(toolOf()), { signal })).toBeUndefined();
});

test("a tool that is gone is missed", async () => {
  const objection = await findRegression(alone(toolOf()), new Map(), { signal });
  expect(objection?.reason).toBe("slug: the tool is gone");
});

test("tests, cases and promises of main's tool stay", async () => {
  expect(await lost({}, "tool.test.ts")).toEqual(["slug: tool.test.ts is gone"]);
  expect(await lost({ cases: CASES.slice(1) })).toEqual(["slug: case 1 of main is gone"]);
  expect(await lost({ cases: CASES.toReversed(), spec: { deterministic: false } })).toEqual([
    "slug: equal arguments need no longer give an equal result",
  ]);
});

test("what main's cases ask is answered as before", async () => {
  const wrong = SOURCE.replace('kept.join("-")', 'kept.join("_")');
  const [first = ""] = await lost({ source: wrong });
  expect(first).toMatch(/^slug: case \d of main passes no more$/);
}, 60_000);
