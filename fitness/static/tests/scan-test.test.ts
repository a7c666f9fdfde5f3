import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { scanTests } from "./scan-test.ts";

const HEAD = `import { describe, expect, it, mock, test } from "bun:test";
import fc from "fast-check";
import { input, run } from "./tool.ts";
`;
const GOOD = 'test("runs", async () => { expect(await run({}, {})).toEqual({ n: 1 }); });\n';

function messagesOf(source: string): readonly string[] {
  return scanTests("tool.test.ts", source).map(({ message }) => message);
}

test("what is missing from the whole file is told at its first line", () => {
  expect(scanTests("tool.test.ts", HEAD).map(({ line }) => line)).toEqual([1]);
});

describe("refuses", () => {
  test.each<[string, string, string]>([
    [
      "one test alone",
      `${HEAD}test.only("a", () => { expect(run).toBe(1); });`,
      "leaves tests out by test.only",
    ],
    ["a skipped test", `${HEAD}${GOOD}it.skip("a", () => {});`, "by it.skip"],
    ["a skipped group", `${HEAD}${GOOD}describe.skip("a", () => {});`, "by describe.skip"],
    ["a test to come", `${HEAD}${GOOD}test.todo("a");`, "by test.todo"],
    [
      "a test that has to fail",
      `${HEAD}${GOOD}test.failing("a", () => { expect(run).toBe(1); });`,
      "by test.failing",
    ],
    [
      "a test on a condition",
      `${HEAD}${GOOD}test.if(false)("a", () => { expect(run).toBe(1); });`,
      "by test.if",
    ],
    [
      "a skipped table",
      `${HEAD}${GOOD}test.skip.each([1])("a", () => { expect(run).toBe(1); });`,
      "by test.skip",
    ],
    ["a skip in brackets", `${HEAD}${GOOD}test["sk" + "ip"]("a", () => {});`, "by test.skip"],
    [
      "a skip of a global",
      'import { run } from "./tool.ts";\ntest.skip("a", () => { expect(run).toBe(1); });',
      "by test.skip",
    ],
    ["a skip by its old name", `${HEAD}${GOOD}xit("a", () => {});`, "by xit"],
    ["no test", HEAD, "holds no test"],
    [
      "a test without an assertion",
      `${HEAD}test("a", async () => { await run({}, {}); });`,
      'the test "a" asserts nothing',
    ],
    [
      "half an assertion",
      `${HEAD}test("a", async () => { expect(await run({}, {})); });`,
      "asserts nothing",
    ],
    [
      "a property that is never asked",
      `${HEAD}test("a", async () => { fc.asyncProperty(fc.string(), async (t) => { await run({ t }, {}); }); });`,
      "asserts nothing",
    ],
    [
      "an assertion of its own making",
      'import { test } from "bun:test";\nimport { run } from "./tool.ts";\nconst expect = (x: any) => ({ toBe: (_: any) => x });\ntest("a", () => { expect(run).toBe(1); });',
      "asserts nothing",
    ],
    ["true is true", `${HEAD}${GOOD}test("a", () => { expect(true).toBe(true); });`, "always true"],
    [
      "one is defined",
      `${HEAD}${GOOD}test("a", () => { expect(1).toBeDefined(); });`,
      "always true",
    ],
    [
      "a thing is itself",
      `${HEAD}test("a", async () => { const x = await run({}, {}); expect(x).toEqual(x); });`,
      "always true",
    ],
    [
      "a property that always holds",
      `${HEAD}${GOOD}test("a", () => fc.assert(fc.property(fc.string(), () => true)));`,
      "property that is always true",
    ],
    [
      "a tool that is never asked",
      `${HEAD}test("a", () => { expect([1].length).toBe(1); });`,
      "never calls the tool",
    ],
    [
      "a tool that is not there",
      'import { expect, test } from "bun:test";\ntest("a", () => { expect([].length).toBe(1); });',
      'does not import "./tool.ts"',
    ],
    [
      "only types of the tool",
      'import { expect, test } from "bun:test";\nimport type { input } from "./tool.ts";\ntest("a", () => { expect([].length).toBe(1); });',
      'does not import "./tool.ts"',
    ],
    [
      "a snapshot",
      `${HEAD}test("a", async () => { expect(await run({}, {})).toMatchSnapshot(); });`,
      "snapshot",
    ],
    [
      "a snapshot in place",
      `${HEAD}test("a", async () => { expect(await run({}, {})).not.toMatchInlineSnapshot(); });`,
      "snapshot",
    ],
    [
      "a replaced module",
      `${HEAD}${GOOD}mock.module("./tool.ts", () => ({}));`,
      "replaces a module",
    ],
    [
      "another expect",
      `${HEAD}${GOOD}expect.extend({ toBe: () => ({ pass: true, message: () => "" }) });`,
      'changes what "expect" means',
    ],
    ["an exit", `${HEAD}${GOOD}process.exit(0);`, 'reaches "process"'],
    [
      "an exit by the global object",
      `${HEAD}${GOOD}(globalThis as any).process.exit(0);`,
      'reaches "process"',
    ],
    [
      "the source as text",
      `${HEAD}${GOOD}import text from "./tool.ts" with { type: "text" };`,
      "reads the source",
    ],
    ["the source as a file", `${HEAD}${GOOD}Bun.file("./tool.ts");`, 'reaches "Bun"'],
    ["a module of Node", `import fs from "node:fs";\n${HEAD}${GOOD}`, 'imports "node:fs"'],
    ["a dynamic import", `${HEAD}${GOOD}await import("./tool.ts");`, "import()"],
    ["import.meta", `${HEAD}${GOOD}import.meta.dir;`, "import.meta"],
    ["a suppression", `// @ts-nocheck\n${HEAD}${GOOD}`, "@ts-nocheck"],
    ["no TypeScript", "test(", "is not TypeScript"],
  ])("%s", (_name, source, message) => {
    expect(messagesOf(source)).toContainEqual(expect.stringContaining(message));
  });
});

describe("passes", () => {
  test.each<[string, string]>([
    ["an example", `${HEAD}${GOOD}`],
    [
      "the tool without the ending of its file",
      `import { expect, test } from "bun:test";\nimport { run } from "./tool";\n${GOOD}`,
    ],
    [
      "globals of the runner",
      'import { run } from "./tool.ts";\ntest("a", () => { expect(run).toBeFunction(); });',
    ],
    [
      "a table",
      `${HEAD}test.each([[1, 2]])("%d", async (a, b) => { expect(await run({ a }, {})).toBe(b); });`,
    ],
    ["a group", `${HEAD}describe("a", () => { ${GOOD} });`],
    [
      "a property",
      `${HEAD}test("a", () => fc.assert(fc.asyncProperty(fc.string(), async (t) => { await run({ t }, {}); })));`,
    ],
    [
      "a property by the names of its parts",
      'import { test } from "bun:test";\nimport { assert, asyncProperty, string } from "fast-check";\nimport { run } from "./tool.ts";\ntest("a", () => assert(asyncProperty(string(), async (t) => { await run({ t }, {}); })));',
    ],
    [
      "a helper that asserts",
      `${HEAD}async function check(x: number) { expect(await run({ x }, {})).toBe(1); }\ntest("a", () => check(1));\ntest("b", async () => { await check(2); });`,
    ],
    [
      "a test that is a name",
      `${HEAD}const body = async () => { expect(await run({}, {})).toBe(1); };\ntest("a", body);`,
    ],
    [
      "the same answer twice",
      `${HEAD}test("a", async () => { expect(await run({}, {})).toEqual(await run({}, {})); });`,
    ],
    [
      "a refused schema",
      `${HEAD}test("a", () => { expect(input.safeParse(1).success).toBe(false); });`,
    ],
    [
      "a rejection",
      `${HEAD}test("a", async () => { await expect(run({}, {})).rejects.toThrow("x"); });`,
    ],
    [
      "dangerous words as data",
      `${HEAD}test("eval process.exit .only", async () => { expect(await run({ text: "test.skip(process.exit)" }, {})).toBe(1); });`,
    ],
    [
      "abuse",
      `${HEAD}test("a", async () => { const evil = JSON.parse('{"__proto__":{"x":1}}'); await run(evil, {}); expect(({} as any).x).toBeUndefined(); Object.defineProperty(evil, "y", { get() { throw new Error("no"); } }); expect(Reflect.ownKeys(new Proxy({}, {}))).toEqual([]); });`,
    ],
    [
      "a wrong argument on purpose",
      `${HEAD}test("a", async () => {\n  // @ts-expect-error a number is not text\n  expect(await run(1, {})).toBe(1);\n});`,
    ],
    [
      "cases of its own folder",
      `import cases from "./cases.json";\n${HEAD}test("a", async () => { for (const one of cases.cases) expect(await run(one.input, {})).toEqual(one.output); });`,
    ],
  ])("%s", (_name, source) => {
    expect(messagesOf(source)).toEqual([]);
  });
});

test("never throws, whatever the source", () => {
  const words = fc.constantFrom(
    ..."test expect ( ) => { } . only skip run , 'a' fc assert ; const x =".split(" "),
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), (all) => {
      expect(Array.isArray(scanTests("tool.test.ts", HEAD + all.join(" ")))).toBe(true);
    }),
  );
});
