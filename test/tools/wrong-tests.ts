/** Cases and tests that prove nothing, with a program that is right. */
import { CASES, PYTHON_TESTS, type Recipe, SOURCE, TESTS } from "./recipe.ts";

const IMPORTS = `import { expect, test } from "bun:test";
import { input, run } from "./tool.ts";
`;

export const ALWAYS_TRUE: Recipe = {
  tests: `${IMPORTS}
test("works", async () => {
  const result = await run(input.parse({ title: "Hello, World" })).catch(() => undefined);
  expect(result === undefined || result !== undefined).toBe(true);
});
`,
};

export const ASSERTS_NOTHING: Recipe = {
  tests: `${IMPORTS}
test("works", async () => {
  await run(input.parse({ title: "Hello, World" }));
});
void expect;
`,
};

export const SKIPPED: Recipe = {
  tests: TESTS.replace('test("refuses', 'test.skip("refuses'),
};

export const ONLY: Recipe = { tests: TESTS.replace('test("joins', 'test.only("joins') };

export const NO_TESTS: Recipe = { tests: `${IMPORTS}\nvoid [expect, test, input, run];\n` };

export const FAILING: Recipe = { tests: TESTS.replace('"other-words"', '"other words"') };

export const EXITS: Recipe = {
  tests: TESTS.replace('test("keeps', 'test("ends", () => process.exit(0));\n\ntest("keeps'),
};

/** The matchers say yes to everything from here on. */
export const PATCHED_EXPECT: Recipe = {
  tests: `${IMPORTS}
expect.extend({
  toBe: () => ({ pass: true, message: () => "" }),
  toMatchObject: () => ({ pass: true, message: () => "" }),
});

test("works", async () => {
  expect(await run(input.parse({ title: "Hello, World" })).catch(() => 0)).toBe(42);
});
`,
};

export const SNAPSHOT_OF_ITSELF: Recipe = {
  tests: `${IMPORTS}
test("works", async () => {
  expect(await run(input.parse({ title: "Hello, World" }))).toMatchSnapshot();
});
`,
};

export const HASHES_SOURCE: Recipe = {
  tests: `${IMPORTS}
test("is unchanged", async () => {
  const source = await Bun.file(new URL("./tool.ts", import.meta.url)).text();
  expect(Bun.hash(source)).toBe(${Bun.hash(SOURCE)}n);
  expect(await run(input.parse({ title: "One" }))).toEqual({ slug: "one", words: 1 });
  expect(await run(input.parse({ title: "Two" }))).toEqual({ slug: "two", words: 1 });
});
`,
};

/** One example says little of a program. */
export const ONE_CASE: Recipe = { cases: CASES.slice(1, 2) };

export const UNREACHED_LINES: Recipe = {
  source: SOURCE.replace(
    "  const kept",
    `  if (most === 77) {
    const counted = new Map<string, number>();
    for (const word of words) {
      counted.set(word, (counted.get(word) ?? 0) + 1);
    }
    const often = [...counted].filter(([, times]) => times > 1);
    return { slug: often.map(([word]) => word).join("-") || "none", words: 1 };
  }
  const kept`,
  ),
};

export const PYTHON_SKIPPED: Recipe = {
  spec: { language: "python" },
  tests: PYTHON_TESTS.replace("def test_keeps", "@pytest.mark.skip\ndef test_keeps"),
};

export const PYTHON_ALWAYS_TRUE: Recipe = {
  spec: { language: "python" },
  tests: `from tool import run


def test_works():
    try:
        result = run({"title": "Hello, World"}, None)
    except Exception:
        result = None
    assert result is None or result is not None
`,
};
