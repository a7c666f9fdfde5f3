/** What can be told without asking the tools; `test/gate.e2e.test.ts` asks them. */
import { expect, test } from "bun:test";
import { findRegression } from "#fitness/gate/regression.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { CASES, type Recipe, SOURCE, TESTS, toolOf } from "./tools/recipe.ts";

const { signal } = new AbortController();

const alone = (tool: ToolFolder): ReadonlyMap<string, ToolFolder> => new Map([[tool.name, tool]]);

async function lost(change: Recipe, leaveOut?: string): Promise<readonly string[]> {
  const now = toolOf(change);
  const files = new Map([...now.files].filter(([file]) => file !== leaveOut));
  const objection = await findRegression(alone(toolOf()), alone({ ...now, files }), { signal });
  return objection?.details ?? [];
}

test("a tool that did not change has lost nothing, and neither has an unknown one", async () => {
  expect(await lost({})).toEqual([]);
  expect(await findRegression(new Map(), alone(toolOf()), { signal })).toBeUndefined();
});

test("a tool that is gone is missed", async () => {
  const objection = await findRegression(alone(toolOf()), new Map(), { signal });
  expect(objection?.reason).toBe("slug: the tool is gone");
});

test("tests, cases and promises of main's tool stay", async () => {
  expect(await lost({}, "tool.test.ts")).toEqual(["slug: tool.test.ts is gone; keep it"]);
  expect(await lost({ cases: CASES.slice(1) })).toEqual([
    'slug: case 1 of main is gone (cases.json): input {"title":"Hello, World"}; keep it',
  ]);
  expect(await lost({ cases: CASES.toReversed(), spec: { deterministic: false } })).toEqual([
    'slug: equal arguments need no longer give an equal result: keep "deterministic": true (spec.json)',
  ]);
});

test("what main's cases ask is answered as before", async () => {
  const wrong = SOURCE.replace('kept.join("-")', 'kept.join("_")');
  const [first = ""] = await lost({ source: wrong });
  expect(first).toBe(
    'slug: case 1 of main passes no more: input {"title":"Hello, World"} · expected {"slug":"hello-world","words":2} · got {"slug":"hello_world","words":2}',
  );
});

test("a test of main may not go, whatever takes its place", async () => {
  const renamed = TESTS.replace("keeps the first words", "keeps some words");
  expect(await lost({ tests: renamed })).toEqual([
    'slug: the test "keeps the first words" of tool.test.ts is gone; keep it',
  ]);
});

test.each([
  [
    "behind a comment",
    (tests: string) =>
      tests
        .replace('test("keeps', '// test("keeps')
        .replace('2)).toBe("red-green");\n});', '2)).toBe("red-green");'),
  ],
  ["skipped", (tests: string) => tests.replace('test("keeps', 'test.skip("keeps')],
  [
    "in a text",
    (tests: string) =>
      `${tests.replace("keeps the first", "keeps some first")}\nconst kept = 'test("keeps the first words", () => {})';\n`,
  ],
])("a test of main that is %s is gone", async (_where, change) => {
  expect(await lost({ tests: change(TESTS) })).toContainEqual(
    'slug: the test "keeps the first words" of tool.test.ts is gone; keep it',
  );
});

test("which of main's tests fails is said, with the file", async () => {
  const source = SOURCE.replace(
    "kept = words.slice(0, most)",
    "kept = words.slice(0, title.startsWith('Other') ? 1 : most)",
  );
  const details = (
    await lost({ source, tests: `${TESTS}\ntest("more", () => expect(1).toBe(1));\n` })
  ).join("\n");
  expect(details).toContain("main's tests of it fail (tool.test.ts of main)");
  expect(details).toContain("joins words by hyphens");
});

test.each<[string, string, string]>([
  [
    "long texts",
    "const words =",
    "if (title.length > 2100) return { slug: 'long', words: 1 };\n  const words =",
  ],
  [
    "texts of a middling length",
    "const words =",
    "if (title.length > 45 && title.length < 900) return { slug: 'mid', words: 1 };\n  const words =",
  ],
  [
    "Cyrillic",
    "const words =",
    "if (/[а-я]/u.test(title) && /[a-z]/.test(title)) return { slug: 'ru', words: 1 };\n  const words =",
  ],
  [
    "a line break",
    "const words =",
    "if (title.includes('\\n') && /[a-z]/.test(title)) return { slug: 'nl', words: 1 };\n  const words =",
  ],
  [
    "a number in the middle of its range",
    "const kept =",
    "if (most === 50) return { slug: 'n', words: 1 };\n  const kept =",
  ],
])("a refactoring that answers %s otherwise is found, with the input", async (_name, part, by) => {
  const details = (await lost({ source: SOURCE.replace(part, by) })).join("\n");
  expect(details).toContain("it answers otherwise where no case says so: input");
});

test("a refactoring that answers all alike has lost nothing", async () => {
  const source = SOURCE.replace(
    "title.toLowerCase().match(/[a-z0-9]+/g) ?? []",
    "title.toLowerCase().split(/[^a-z0-9]+/).filter((word) => word.length > 0)",
  );
  expect(await lost({ source })).toEqual([]);
});

test("what a human has to decide of a tool is held, with what is new", async () => {
  const held = async (change: Recipe) => {
    const now = toolOf(change);
    return await findRegression(alone(toolOf()), alone(now), { signal });
  };
  expect(await held({ spec: { capabilities: ["net:example.com"] } })).toMatchObject({
    result: "hold",
    reason: "slug: it may use net:example.com, which main's tool may not",
  });
  expect(await held({ spec: { description: "Makes a short name out of a title." } })).toMatchObject(
    {
      result: "hold",
      details: [expect.stringContaining("it tells models something new")],
    },
  );
  const [first, ...others] = CASES;
  const corrected = [{ input: first?.input, output: { slug: "hello", words: 1 } }, ...others];
  const source = SOURCE.replace(
    "const kept =",
    'if (title === "Hello, World") return { slug: "hello", words: 1 };\n  const kept =',
  );
  expect(await held({ cases: corrected, source })).toMatchObject({
    result: "hold",
    reason: expect.stringContaining("case 1 of main has another answer"),
  });
});
