/** Tools to judge, written down as their difference from one that passes. */
import type { ToolCase } from "#tools/contract/cases.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";

/** Everything that a tool consists of; what is left out is that of the tool that passes. */
export interface Recipe {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly source?: string;
  readonly cases?: readonly ToolCase[];
  readonly tests?: string;
}

const SPEC = {
  name: "slug",
  description: "Turns a title into a short name for addresses: lower case words joined by hyphens.",
  language: "ts",
  input: {
    type: "object",
    properties: {
      title: { type: "string", maxLength: 5000 },
      most: { type: "integer", minimum: 1, maximum: 100 },
    },
    required: ["title"],
    additionalProperties: false,
  },
  output: {
    type: "object",
    properties: { slug: { type: "string", minLength: 1 }, words: { type: "integer", minimum: 1 } },
    required: ["slug", "words"],
    additionalProperties: false,
  },
  failures: [{ code: "EMPTY", when: "the title holds neither a letter of a to z nor a digit" }],
  deterministic: true,
  capabilities: [],
  properties: [],
  asks: ["make an address out of this headline"],
};

/** The program that the others differ from. */
export const SOURCE = `import { z } from "zod";

export const input = z.object({
  title: z.string().max(5000),
  most: z.int().min(1).max(100).optional(),
});

export async function run(args: z.infer<typeof input>): Promise<{ slug: string; words: number }> {
  const { title, most = 8 } = args;
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  if (words.length === 0) {
    throw Object.assign(new Error("There is nothing to name"), { code: "EMPTY" });
  }
  const kept = words.slice(0, most);
  return { slug: kept.join("-"), words: kept.length };
}
`;

export const CASES: readonly ToolCase[] = [
  { input: { title: "Hello, World" }, output: { slug: "hello-world", words: 2 } },
  { input: { title: "One" }, output: { slug: "one", words: 1 } },
  {
    input: { title: "  Ten things: 10 of 10  " },
    output: { slug: "ten-things-10-of-10", words: 5 },
  },
  { input: { title: "a b c d e f g h i j" }, output: { slug: "a-b-c-d-e-f-g-h", words: 8 } },
  { input: { title: "red green blue", most: 2 }, output: { slug: "red-green", words: 2 } },
  { input: { title: "red green blue", most: 1 }, output: { slug: "red", words: 1 } },
  { input: { title: "?!" }, error: "EMPTY" },
  { input: { title: "" }, error: "EMPTY" },
];

export const TESTS = `import { expect, test } from "bun:test";
import fc from "fast-check";
import { input, run } from "./tool.ts";

const slug = async (title: string, most?: number) =>
  (await run(input.parse(most === undefined ? { title } : { title, most }))).slug;

test("joins words by hyphens", async () => {
  expect(await slug("Hello, World")).toBe("hello-world");
  expect(await slug("Other words")).toBe("other-words");
});

test("keeps the first words", async () => {
  expect(await slug("red green blue", 2)).toBe("red-green");
});

test("refuses what holds no word", async () => {
  const refused = await run(input.parse({ title: "?!" })).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "EMPTY" });
});

test("a slug of a slug is itself", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { minLength: 1, maxLength: 8 }), async (words) => {
      expect(await slug(words.join("-"))).toBe(words.join("-"));
    }),
  );
});
`;

/** The program in Python. */
export const PYTHON_SOURCE = `import re


class Empty(Exception):
    code = "EMPTY"


def run(args, ctx):
    most = args.get("most", 8)
    words = re.findall("[a-z0-9]+", args["title"].lower())
    if not words:
        raise Empty("There is nothing to name")
    kept = words[:most]
    return {"slug": "-".join(kept), "words": len(kept)}
`;

export const PYTHON_TESTS = `import pytest
from hypothesis import given, strategies as st

from tool import run


def slug(title, **more):
    return run({"title": title, **more}, None)["slug"]


def test_joins_words_by_hyphens():
    assert slug("Hello, World") == "hello-world"
    assert slug("Other words") == "other-words"


def test_keeps_the_first_words():
    assert slug("red green blue", most=2) == "red-green"


def test_refuses_what_holds_no_word():
    with pytest.raises(Exception) as refused:
        slug("?!")
    assert refused.value.code == "EMPTY"


@given(st.lists(st.from_regex("[a-z]{1,5}", fullmatch=True), min_size=1, max_size=8))
def test_a_slug_of_a_slug_is_itself(words):
    assert slug("-".join(words)) == "-".join(words)
`;

/** The tool as it would lie on disk. */
export function toolOf({ spec = {}, source, cases = CASES, tests }: Recipe = {}): ToolFolder {
  const contract = { ...SPEC, ...spec };
  const isPython = contract.language === "python";
  const [program, testFile] = isPython ? ["tool.py", "test_tool.py"] : ["tool.ts", "tool.test.ts"];
  const files = {
    "spec.json": JSON.stringify(contract, null, 2),
    "cases.json": JSON.stringify({ cases }, null, 2),
    [program]: source ?? (isPython ? PYTHON_SOURCE : SOURCE),
    [testFile]: tests ?? (isPython ? PYTHON_TESTS : TESTS),
  };
  return { name: contract.name, files: new Map(Object.entries(files)) };
}
