import { expect, test } from "bun:test";
import { type Recipe, toolOf } from "#test/tools/recipe.ts";
import { askTheRange, type QuickAnswer, suspiciousAsks } from "./many-asks.ts";
import { openTool, type ToolUnderTest } from "./tool-under-test.ts";

function toolFrom(recipe: Recipe = {}): ToolUnderTest {
  const tool = openTool(toolOf(recipe));
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  return tool;
}

/** How many more looked wrong, of the last ones that were asked. */
let lastRemaining = 0;

const right: QuickAnswer = { value: { slug: "a", words: 1 } };

/** Answers all of them well but those that `answer` says something else to. */
async function suspiciousTitles(answer: (title: string, index: number) => QuickAnswer | "well") {
  const askMany = (inputs: readonly unknown[]) =>
    Promise.resolve(
      inputs.map((input, index) => {
        const outcome = answer((input as { title: string }).title, index);
        return outcome === "well" ? right : outcome;
      }),
    );
  const tool = toolFrom();
  const { asks, remaining } = suspiciousAsks(tool, await askTheRange(tool, { askMany, seed: 1 }));
  lastRemaining = remaining;
  return asks.map(({ input }) => (input as { title: string }).title);
}

test("what answers in order is asked no more", async () => {
  expect(await suspiciousTitles(() => "well")).toEqual([]);
  expect(await suspiciousTitles(() => ({ failure: { code: "EMPTY", message: "x" } }))).toEqual([]);
  expect(
    await suspiciousTitles(() => ({ failure: { code: "Error", message: "EMPTY: x" } })),
  ).toEqual([]);
});

test.each<[string, (title: string) => boolean]>([
  ["texts above 2,100 characters", (title) => title.length > 2100],
  ["texts between 46 and 899", (title) => title.length > 46 && title.length < 899],
  ["Greek", (title) => /\p{Script=Greek}/u.test(title)],
  ["a lone surrogate", (title) => !title.isWellFormed()],
  ["a line break", (title) => title.includes("\n")],
])("a crash on %s is asked again by itself", async (_name, crashes) => {
  const titles = await suspiciousTitles((title) =>
    crashes(title) ? { failure: { code: "TypeError", message: "x" } } : "well",
  );
  expect(titles.length).toBeGreaterThan(0);
  expect(titles.every(crashes)).toBe(true);
});

test("a result that does not fit, and an input that ended a process, are asked again", async () => {
  const wrong = await suspiciousTitles((_title, index) =>
    index === 3 ? { value: { slug: "" } } : "well",
  );
  expect(wrong).toHaveLength(1);
  const ended = await suspiciousTitles((_title, index) => (index === 5 ? undefined : "well"));
  expect(ended).toHaveLength(1);
});

test("inputs that end processes take no place from those that look wrong", async () => {
  const broken: QuickAnswer = { failure: { code: "TypeError", message: "x" } };
  const titles = await suspiciousTitles((_title, index) => {
    if (index < 20) return undefined;
    return index > 300 ? broken : "well";
  });
  expect(titles).toHaveLength(12);
  expect(lastRemaining).toBeGreaterThan(20);
});

test("what is asked again as a whole leaves nothing", async () => {
  await suspiciousTitles((_title, index) => (index === 5 ? undefined : "well"));
  expect(lastRemaining).toBe(0);
});
