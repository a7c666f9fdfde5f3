import { expect, test } from "bun:test";
import { CASES, SOURCE, toolOf } from "#test/tools/recipe.ts";
import { openTool } from "../oracle/tool-under-test.ts";
import { mutate } from "./mutation.ts";

const inside = { signal: new AbortController().signal };
const KNOWN = JSON.stringify(CASES.map(({ input }) => JSON.stringify(input)));

/** What a mistake changes that stands before the first line of the program's function. */
async function influenceOf(mistake: string, before = "") {
  const programWith = (lines: string) =>
    SOURCE.replace("  const { title", `  ${lines}\n  const { title`);
  const tool = openTool(toolOf({ source: programWith(before) }));
  if ("length" in tool) throw new Error(tool.join("\n"));
  const source = programWith(`${before}\n  ${mistake}`);
  const mutant = { file: "tool.ts", line: 1, change: "one", source, isDoubtful: false };
  const watched = { points: [], modules: new Map<string, string>(), reporter: "" };
  const parts = {
    ...{ mutants: [mutant], stubs: [], twin: tool.source, literals: [], decisions: [] },
    ...{ watched, relaxed: [] },
  };
  return await mutate(tool, parts, inside);
}

test("a mistake that changes answers to inputs like the cases is told with their number", async () => {
  const { influences, counts } = await influenceOf(
    `if (!${KNOWN}.includes(JSON.stringify(args))) return { slug: "x", words: 1 };`,
  );
  const [{ cases, near } = { cases: undefined, near: [] }] = influences;
  expect(cases).toEqual([]);
  // Some of the inputs are cut or put together such that they are cases again, or get this very answer.
  for (const [kind, all] of counts.near.entries()) expect(near[kind]).toBeGreaterThan(all / 2);
});

test("one that ends the process at such an input says nothing of those behind it", async () => {
  const { influences } = await influenceOf(
    `while (!${KNOWN}.includes(JSON.stringify(args))) JSON.stringify(args);`,
  );
  expect(influences).toMatchObject([{ isNoticed: false, cases: [], near: [0, 0] }]);
});

// Some 100 ms of processor time: with 24 such inputs the tool hid from these questions.
const SLOW_BESIDE_CASES = `if (!${KNOWN}.includes(JSON.stringify(args))) {
    let sum = 0;
    for (let step = 0; step < 1e8; step += 1) sum ^= step;
    if (sum === 0.5) return { slug: "x", words: 1 };
  }`;

test("a tool that is slow for inputs like the cases is asked all of them, and its mutants too", async () => {
  const slow = await influenceOf(
    `if (!${KNOWN}.includes(JSON.stringify(args))) return { slug: "x", words: 1 };`,
    SLOW_BESIDE_CASES,
  );
  expect(slow.twinProblems).toEqual([]);
  expect(slow.counts.near.every((count) => count >= 8)).toBe(true);
  const [{ near } = { near: [] }] = slow.influences;
  for (const [kind, all] of slow.counts.near.entries()) expect(near[kind]).toBeGreaterThan(all / 2);
});
