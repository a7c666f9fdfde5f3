import { expect, test } from "bun:test";
import { honestRecipe } from "#test/candidates/honest-tools.ts";
import { type Recipe, toolOf } from "#test/tools/recipe.ts";
import { openTool } from "../oracle/tool-under-test.ts";
import { environmentHolds } from "./environment-holds.ts";
import { partsOf } from "./program-parts.ts";

const inside = { signal: new AbortController().signal };

/** What is said of an honest tool, with a part of its program replaced. */
async function heldOf(name: string, part = "", by = ""): Promise<readonly string[]> {
  const honest = honestRecipe(name);
  expect(honest.source).toContain(part);
  const recipe: Recipe = { ...honest, source: (honest.source ?? "").replace(part, () => by) };
  const tool = openTool(toolOf(recipe));
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  const { decisions, relaxed } = await partsOf(tool, inside);
  const holds = await environmentHolds(tool, { decisions, relaxed, seed: 1, inside });
  return holds.map(({ message }) => message);
}

test("what a date decides and nothing shows is held, with the date and the line", async () => {
  const [line = ""] = await heldOf(
    "days-until",
    "const todayMs",
    "if (new Date(ctx.clock.now()).getUTCDay() === 3) return 7;\n  const todayMs",
  );
  expect(line).toContain(
    '"new Date(ctx.clock.now()).getUTCDay() === 3" decides what it answers to',
  );
  expect(line).toMatch(/ on 20\d\d-.*no case and no test of it says what is right there/);
  expect(line).toContain("add a test whose ctx brings both (tool.ts:");
});

test("what no environment reaches is held as well", async () => {
  const [line] = await heldOf(
    "round-robin",
    "    return names",
    '    if names[0] == "xyzzy" and turn == 4711:\n        return "me"\n    return names',
  );
  expect(line).toContain("no test has seen");
});

test("what its memory may hold one day is tried", async () => {
  const [line] = await heldOf("round-robin", "turn + 1", "(turn + 1 if turn < 90_000 else 0)");
  expect(line).toContain('"turn < 90000" decides');
});

test("a bound of what it keeps that no case and no test shows is held", async () => {
  const [line] = await heldOf(
    "queue-number",
    "ctx.memory.set(line, number)",
    "ctx.memory.set(line, number % 1000)",
  );
  expect(line).toContain('"number % 1000" keeps something away');
  expect(line).toContain("add a test whose ctx brings more (tool.py:4)");
});

test("the last so many of what it keeps are a bound as well", async () => {
  const [line] = await heldOf(
    "pile-of-notes",
    'ctx.memory.set("pile", pile)',
    'ctx.memory.set("pile", pile[-12:])',
  );
  expect(line).toContain('"-12:" keeps something away');
}, 600_000);

test("what a case leaves behind is not shown by what it brings", async () => {
  const [line] = await heldOf(
    "queue-number",
    "    return {",
    '    if line == "post":\n        ctx.memory.set("bank", 0)\n    return {',
  );
  expect(line).toContain("\"line == 'post'\" decides what it answers to");
});

test.each(["days-until", "remember-fact", "round-robin", "minutes-left"])(
  "%s, which its cases and tests show, is nothing to hold",
  async (name) => {
    expect(await heldOf(name)).toEqual([]);
  },
);

test("a tool no case of which shows a result is held", async () => {
  expect((await heldOf("make-token"))[0]).toContain("no case shows a result of what uses random");
});

test("a tool that sees its arguments alone is asked nothing", async () => {
  const tool = openTool(toolOf());
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  const decisions = [{ file: "tool.ts", line: 1, text: "a", to: true, place: "1", source: "" }];
  expect(await environmentHolds(tool, { decisions, relaxed: [], seed: 1, inside })).toEqual([]);
});
