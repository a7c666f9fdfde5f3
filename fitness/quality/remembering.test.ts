import { expect, test } from "bun:test";
import { type Recipe, toolOf } from "#test/tools/recipe.ts";
import { BY_ADDRESS, REMEMBERING } from "#test/tools/remembering-tools.ts";
import { callTool } from "#tools/contract/call.ts";
import type { AskTool } from "../oracle/ask.ts";
import { emptyEnvironment } from "../oracle/grants.ts";
import { type AskMany, askTheRange } from "../oracle/many-asks.ts";
import { otherInAnotherOrder } from "../oracle/repeated-asks.ts";
import { openTool } from "../oracle/tool-under-test.ts";
import { askMany } from "./ask-many.ts";

const inside = { signal: new AbortController().signal };

/** What is said of a tool that is asked in processes of the sandbox. */
async function findingOn(recipe: Recipe) {
  const tool = openTool(toolOf(recipe));
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  const ask: AskTool = (input, circumstances) =>
    callTool(tool.folder, input, { ...circumstances, capabilities: emptyEnvironment(), ...inside });
  const many: AskMany = async (inputs) =>
    (await askMany(tool, { inputs, cpuMs: 6000, starts: 4 }, inside)).answers;
  const asked = await askTheRange(tool, { askMany: many, seed: 1 });
  return await otherInAnotherOrder(tool, asked, { askMany: many, ask });
}

test.each(REMEMBERING)(
  "a tool that %s is found, and where to look is said",
  async (_what, recipe) => {
    const finding = await findingOn(recipe);
    expect(finding?.reason).toContain("what it was asked before");
    expect(finding?.details.join("\n")).toContain("a call of its own gives");
  },
);

test("a tool of Python that reads the address of an object is found within some tries", async () => {
  // Each process has other addresses; one of four of them decides otherwise.
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const finding = await findingOn(BY_ADDRESS);
    if (finding === undefined) continue;
    expect(finding.details.join("\n")).toContain("name an address");
    return;
  }
  throw new Error("It was never found");
});

test.each<[string, Recipe]>([
  ["in TypeScript", {}],
  ["in Python", { spec: { language: "python" } }],
])("a tool that remembers nothing is refused for nothing, %s", async (_language, recipe) => {
  expect(await findingOn(recipe)).toBeUndefined();
});
