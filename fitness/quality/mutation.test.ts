import { expect, test } from "bun:test";
import { CASES, SOURCE, toolOf } from "#test/tools/recipe.ts";
import { openTool } from "../oracle/judged-tool.ts";
import { mutate } from "./mutation.ts";

const inside = { signal: new AbortController().signal };
const KNOWN = JSON.stringify(CASES.map(({ input }) => JSON.stringify(input)));

/** What a mistake changes that stands before the first line of the program's function. */
async function influenceOf(mistake: string) {
  const tool = openTool(toolOf());
  if ("length" in tool) throw new Error(tool.join("\n"));
  const source = SOURCE.replace("  const { title", `  ${mistake}\n  const { title`);
  const mutant = { file: "tool.ts", line: 1, change: "one", source, isDoubtful: false };
  const parts = { mutants: [mutant], stubs: [], twin: SOURCE, literals: [] };
  return await mutate(tool, parts, inside);
}

test("a mistake that changes answers to inputs like the cases is told with their number", async () => {
  const { influences, asked } = await influenceOf(
    `if (!${KNOWN}.includes(JSON.stringify(args))) return { slug: "x", words: 1 };`,
  );
  const [{ cases, near } = { cases: undefined, near: [] }] = influences;
  expect(cases).toEqual([]);
  // Some of the inputs are cut or put together such that they are cases again, or get this very answer.
  for (const [kind, all] of asked.near.entries()) expect(near[kind]).toBeGreaterThan(all / 2);
});

test("one that ends the process at such an input says nothing of those behind it", async () => {
  const { influences } = await influenceOf(
    `while (!${KNOWN}.includes(JSON.stringify(args))) JSON.stringify(args);`,
  );
  expect(influences).toMatchObject([{ isNoticed: false, cases: [], near: [0, 0] }]);
});
