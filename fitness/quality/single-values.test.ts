import { expect, test } from "bun:test";
import { toolOf } from "#test/tools/recipe.ts";
import { openTool } from "../oracle/tool-under-test.ts";
import { partsOf } from "./program-parts.ts";
import { unshownWays } from "./unshown-ways.ts";

const inside = { signal: new AbortController().signal };
const COUNT = { type: "integer", minimum: 0, maximum: 1_000_000 };

/** What is said of a tool that answers with an ending, by this expression. */
async function heldOf(ending: string, cases: readonly (readonly [number, string])[]) {
  const tool = openTool(
    toolOf({
      spec: {
        name: "ending",
        description: "Gives the ending of a number.",
        input: {
          type: "object",
          properties: { n: COUNT },
          required: ["n"],
          additionalProperties: false,
        },
        output: { type: "string" },
      },
      source: `import { z } from "zod";

export const input = z.strictObject({ n: z.int().min(0).max(1_000_000) });

export async function run({ n }: z.infer<typeof input>): Promise<string> {
  return ${ending};
}
`,
      cases: cases.map(([n, output]) => ({ input: { n }, output })),
    }),
  );
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  const { watched, relaxed } = await partsOf(tool, inside);
  const holds = await unshownWays(tool, { watched, relaxed, seed: 1, inside });
  return holds.map(({ message }) => message).join("\n");
}

const CASES = [
  [2, "few"],
  [3, "few"],
  [22, "few"],
  [12, "many"],
  [7, "many"],
] as const;

test("a list of the numbers of its cases is held with the numbers and the line", async () => {
  const held = await heldOf('[2, 3].includes(n) || n === 22 ? "few" : "many"', CASES);
  expect(held).toContain('it tells 2, 3, 22 of "n" from all others');
  expect(held).toContain("write the rule, or name these values as enum (tool.ts:6)");
});

test("a rule by a remainder is nothing to hold", async () => {
  const rule = '[2, 3, 4].includes(n % 10) && ![12, 13, 14].includes(n % 100) ? "few" : "many"';
  const more = [...CASES, [4, "few"], [13, "many"], [14, "many"]] as const;
  expect(await heldOf(rule, more)).not.toContain("from all others");
});

test("two exceptions are no list", async () => {
  const held = await heldOf('n === 2 || n === 22 ? "few" : "many"', [
    [2, "few"],
    [22, "few"],
    [7, "many"],
  ]);
  expect(held).not.toContain("from all others");
});
