/** A small tool in order, of which tests change one thing at a time. */
import type { ToolFolder } from "#tools/contract/tool-folder.ts";

export const EXAMPLE_SPEC: Readonly<Record<string, unknown>> = {
  name: "count-words",
  description: "Counts how often each word occurs in a text.",
  language: "ts",
  input: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
  output: {
    type: "object",
    properties: { counts: { type: "object", additionalProperties: { type: "integer" } } },
    required: ["counts"],
  },
  failures: [{ code: "EMPTY", when: "the text holds no word" }],
  deterministic: true,
  capabilities: [],
  properties: [],
  asks: ["how often does each word occur"],
};

const EXAMPLE_CASES: readonly unknown[] = [
  { input: { text: "a b a" }, output: { counts: { a: 2, b: 1 } } },
  { input: { text: " " }, error: "EMPTY" },
  { input: { text: 3 }, error: "INVALID_INPUT" },
];

const TOOL = `import { z } from "zod";
import type { ToolContext } from "#tools/tool.ts";

export const input = z.object({ text: z.string() });

export async function run(args: z.infer<typeof input>, _ctx: ToolContext) {
  const counts: Record<string, number> = {};
  for (const word of args.text.split(/\\s+/).filter(Boolean)) {
    counts[word] = (counts[word] ?? 0) + 1;
  }
  if (Object.keys(counts).length === 0) {
    throw Object.assign(new Error("The text holds no word"), { code: "EMPTY" });
  }
  return { counts };
}
`;

const TEST = `import { expect, test } from "bun:test";
import fc from "fast-check";
import { run } from "./tool.ts";

const ctx = { log: () => undefined };

test("counts each word", async () => {
  expect(await run({ text: "a b a" }, ctx)).toEqual({ counts: { a: 2, b: 1 } });
});

test("counts as many as there are", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom("a", "b"), { minLength: 1 }), async (words) => {
      const { counts } = await run({ text: words.join(" ") }, ctx);
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(words.length);
    }),
  ));
`;

const PYTHON_TOOL = `from collections import Counter


class ToolError(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def run(args, ctx):
    words = args["text"].split()
    if not words:
        raise ToolError("EMPTY", "The text holds no word")
    return {"counts": dict(Counter(words))}
`;

const PYTHON_TEST = `import pytest
from hypothesis import given, strategies as st

from tool import ToolError, run


def test_counts_each_word():
    assert run({"text": "a b a"}, None) == {"counts": {"a": 2, "b": 1}}


def test_refuses_no_words():
    with pytest.raises(ToolError):
        run({"text": " "}, None)


@given(st.lists(st.sampled_from(["a", "b"]), min_size=1))
def test_counts_as_many_as_there_are(words):
    counts = run({"text": " ".join(words)}, None)["counts"]
    assert sum(counts.values()) == len(words)
`;

export type FileChanges = Readonly<Record<string, string | undefined>>;

/** @param changes other contents by file name; `undefined` leaves the file out. */
export function exampleTool(changes: FileChanges = {}): ToolFolder {
  return folderOf({
    "spec.json": JSON.stringify(EXAMPLE_SPEC, null, 2),
    "cases.json": JSON.stringify({ cases: EXAMPLE_CASES }, null, 2),
    "tool.ts": TOOL,
    "tool.test.ts": TEST,
    ...changes,
  });
}

/** The same tool in Python. */
export function examplePythonTool(changes: FileChanges = {}): ToolFolder {
  return folderOf({
    "spec.json": JSON.stringify({ ...EXAMPLE_SPEC, language: "python" }, null, 2),
    "cases.json": JSON.stringify({ cases: EXAMPLE_CASES }, null, 2),
    "tool.py": PYTHON_TOOL,
    "test_tool.py": PYTHON_TEST,
    ...changes,
  });
}

/** Contents of `spec.json` that differ from those of the example. */
export function exampleSpec(changes: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...EXAMPLE_SPEC, ...changes }, null, 2);
}

function folderOf(files: FileChanges): ToolFolder {
  const kept = Object.entries(files).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, text] as const],
  );
  return { name: "count-words", files: new Map(kept) };
}
