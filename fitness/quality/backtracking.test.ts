/** Patterns that backtrack without end are found, wherever they come from; ordinary ones take no time. */
import { expect, test } from "bun:test";
import { BACKTRACKING, BACKTRACKING_KEPT } from "#test/tools/backtracking-tools.ts";
import { type Recipe, toolOf } from "#test/tools/recipe.ts";
import { endlessPattern } from "../oracle/backtracking.ts";
import { openTool } from "../oracle/tool-under-test.ts";
import { unforeseenInputs } from "../oracle/unforeseen-inputs.ts";
import { askMany } from "./ask-many.ts";
import { triesOf } from "./try-patterns.ts";

const inside = { signal: new AbortController().signal };

async function findingOn(recipe: Recipe) {
  const tool = openTool(toolOf(recipe));
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  const trials = triesOf((inputs) => askMany(tool, inputs, inside));
  return await endlessPattern(tool, unforeseenInputs(tool, { count: 400, seed: 1 }), trials);
}

// All of them take minutes: ORG_CANDIDATES=all bun test fitness/quality/backtracking.test.ts
const [EACH, FIRST] = Bun.env["ORG_CANDIDATES"] === "all" ? [1, 0] : [10, 3];

test.each([...BACKTRACKING, ...BACKTRACKING_KEPT].filter((_one, index) => index % EACH === FIRST))(
  "a tool with %s is refused",
  async (_name, recipe) => {
    expect((await findingOn(recipe))?.reason).toContain("far longer than the length");
  },
);

test.each<[string, Recipe]>([
  ["in TypeScript", {}],
  ["in Python", { spec: { language: "python" } }],
])("an ordinary tool is refused for nothing, %s", async (_language, recipe) => {
  expect(await findingOn(recipe)).toBeUndefined();
});
