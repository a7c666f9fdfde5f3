import { expect, test } from "bun:test";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { shadowed } from "./shadowing.ts";

const EXISTING = { name: "word-count", description: "Counts words.", asks: ["how many words?"] };

function tools(...specs: readonly object[]): ReadonlyMap<string, ToolFolder> {
  return new Map(
    specs.map((changes) => {
      const spec = { ...EXISTING, input: {}, output: {}, ...changes };
      return [
        spec.name,
        { name: spec.name, files: new Map([["spec.json", JSON.stringify(spec)]]) },
      ];
    }),
  );
}

const SLUG = { name: "slug", description: "Names a text.", asks: ["name this"] };

test("a tool of its own takes nothing from anybody", async () => {
  expect(await shadowed(tools({}), tools({}, SLUG), undefined)).toEqual([]);
});

test.each<[string, object, string]>([
  ["is called alike", { name: "word_count" }, "would be taken for"],
  ["is called alike, in one word", { name: "wordcount" }, "would be taken for"],
  ["claims its requests", { asks: ["How many  words"] }, "claims"],
  ["says the same of itself", { description: "counts words" }, "claims"],
])("a tool shadows another that %s", async (_name, changes, expected) => {
  const problems = await shadowed(tools({}), tools({}, { ...SLUG, ...changes }), undefined);
  expect(problems.join("\n")).toContain(expected);
});

test("a tool that goes leaves its name and its requests to the one that follows it", async () => {
  const renamed = tools({ name: "count-words" });
  const first = async (_tools: unknown, queries: readonly string[]) =>
    queries.map(() => "count-words");
  expect(await shadowed(tools({}), renamed, first)).toEqual([]);
  expect(await shadowed(tools({}), tools({ name: "wordcount" }), undefined)).toEqual([]);
});

test("main's tools may change, and are asked for by name as well", async () => {
  expect(await shadowed(tools({}), tools({ description: "Counts." }), undefined)).toEqual([]);
  const searched: string[] = [];
  await shadowed(tools({}), tools({}, SLUG), async (_tools, queries) => {
    searched.push(...queries);
    return queries.map(() => "word-count");
  });
  expect(new Set(searched)).toEqual(new Set(["how many words?", "word count"]));
});
