import { expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";

const context = { signal: new AbortController().signal, persona: "agent" };

const repeat = defineTool({
  name: "repeat",
  effect: "none",
  description: "Repeats a word.",
  input: z.object({
    word: z.string(),
    times: z.number().int().max(9).optional(),
    tags: z.array(z.string()).optional(),
  }),
  run: async ({ word, times = 1, tags = [] }) => ({
    ok: true,
    output: [...Array<string>(times).fill(word), ...tags].join(" "),
  }),
});

test("derives the JSON schema that a model sees", () => {
  expect(repeat.schema).toEqual({
    name: "repeat",
    description: "Repeats a word.",
    parameters: {
      type: "object",
      properties: {
        word: { type: "string" },
        times: {
          type: "integer",
          minimum: Number.MIN_SAFE_INTEGER,
          maximum: 9,
        },
        tags: { type: "array", items: { type: "string" } },
      },
      required: ["word"],
    },
  });
});

test("runs with checked arguments", async () => {
  expect(await repeat.run({ word: "a", times: 2 }, context)).toEqual({ ok: true, output: "a a" });
});

test("says of each wrong argument where it is, what was expected and what came", async () => {
  const { ok, output } = await repeat.run({ times: 12, tags: ["a", 7] }, context);
  expect(ok).toBe(false);
  expect(output).toMatchInlineSnapshot(`
    "The arguments of "repeat" are not valid; it did not run.
    - word: expected string, got nothing
    - times: Too big: expected number to be <=9, got number 12
    - tags.1: expected string, got number 7"
  `);
});

test("reads a value that was quoted once too often", async () => {
  const mended = await repeat.run({ word: "a", times: "2", tags: '["b"]' }, context);
  expect(mended).toEqual({ ok: true, output: "a a b" });
});

test("leaves a string alone where a string is right", async () => {
  expect((await repeat.run({ word: "2" }, context)).output).toBe("2");
});

test("a string that is no JSON is refused as it came", async () => {
  const { output } = await repeat.run({ word: "a", times: "two" }, context);
  expect(output).toContain('times: expected number, got string "two"');
});

test("never throws, whatever a model sends", async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything(), async (args) => {
      expect(typeof (await repeat.run(args, context)).ok).toBe("boolean");
    }),
  );
});
