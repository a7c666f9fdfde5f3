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

test("says in one sentence what was expected and what came, with a call that fits", async () => {
  const { ok, output } = await repeat.run({ times: 12, tags: ["a", ["b", "c"]] }, context);
  expect(ok).toBe(false);
  expect(output).toMatchInlineSnapshot(
    `"repeat did not run, its arguments do not fit (word: expected string, got nothing; times: Too big: expected number to be <=9, got number 12; tags.1: expected string, got array ["b","c"]). A call that fits: {"name":"repeat","arguments":{"word":"…"}}"`,
  );
});

test("shows the example of the tool where it has one, and no argument that a model is not told of", async () => {
  const odd = defineTool({
    name: "odd",
    effect: "none",
    description: "",
    input: z.object({ cmd: z.string(), pause: z.number().optional() }),
    unlisted: ["pause"],
    example: { cmd: "ls" },
    run: async ({ pause = 0 }) => ({ ok: true, output: `${pause}` }),
  });
  expect(odd.schema.parameters["properties"]).toEqual({ cmd: { type: "string" } });
  expect((await odd.run({}, context)).output).toEndWith(
    'A call that fits: {"name":"odd","arguments":{"cmd":"ls"}}',
  );
  expect((await odd.run({ cmd: "ls", pause: "7" }, context)).output).toBe("7");
});

test("reads a value that was quoted once too often", async () => {
  const mended = await repeat.run({ word: "a", times: "2", tags: '["b"]' }, context);
  expect(mended).toEqual({ ok: true, output: "a a b" });
});

test("leaves a string alone where a string is right", async () => {
  expect((await repeat.run({ word: "2" }, context)).output).toBe("2");
});

test("a string that is not JSON is refused as it came", async () => {
  const { output } = await repeat.run({ word: "a", times: "two" }, context);
  expect(output).toContain('times: expected number, got string "two"');
});

test("a limit that llama.cpp cannot compile is not shown, and still holds", async () => {
  const long = defineTool({
    name: "long",
    effect: "none",
    description: "Takes a long text.",
    input: z.object({ text: z.string().max(2001), name: z.string().max(2000) }),
    run: async () => ({ ok: true, output: "ran" }),
  });
  expect(long.schema.parameters["properties"]).toEqual({
    text: { type: "string" },
    name: { type: "string", maxLength: 2000 },
  });
  expect((await long.run({ text: "a".repeat(2002), name: "b" }, context)).ok).toBe(false);
});

test("never throws, whatever a model sends", async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything(), async (args) => {
      expect(typeof (await repeat.run(args, context)).ok).toBe("boolean");
    }),
  );
});
