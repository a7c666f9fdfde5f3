import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { pythonRunTool } from "./python-run.ts";
import { shTool } from "./sh.ts";

const SCHEMA = z.object({
  word: z.string().min(1),
  times: z.number().int().min(1).max(9).optional(),
  loud: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
  tone: z.enum(["HIGH", "low"]).optional(),
  more: z.object({ left: z.string() }).optional(),
});

const say = defineTool({
  name: "say",
  effect: "none",
  description: "Says a word.",
  input: SCHEMA,
  run: async (input) => ({ ok: true, output: JSON.stringify(input) }),
});

const fitted = (args: unknown): unknown => say.fit?.(args);

describe("arguments that have only one reading", () => {
  test.each<[what: string, args: unknown, read: unknown]>([
    ["null for what is optional", { word: "a", times: null, tags: null }, { word: "a" }],
    ["a number as text", { word: "a", times: "3" }, { word: "a", times: 3 }],
    ["a number where text is wanted", { word: 42 }, { word: "42" }],
    ["a truth as text", { word: "a", loud: "True" }, { word: "a", loud: true }],
    ["a truth where text is wanted", { word: false }, { word: "false" }],
    ["a list as text", { word: "a", tags: '["b"]' }, { word: "a", tags: ["b"] }],
    ["one item for a list", { word: "a", tags: "b" }, { word: "a", tags: ["b"] }],
    ["an object as text", { word: "a", more: '{"left":"b"}' }, { word: "a", more: { left: "b" } }],
    ["a value beside its type", { word: { type: "string", value: "a" } }, { word: "a" }],
    ["a value in an object", { word: { value: "a" } }, { word: "a" }],
    ["a text in an object", { word: { text: "a" } }, { word: "a" }],
    ["a number in an object", { word: "a", times: { value: "3" } }, { word: "a", times: 3 }],
    ["a lone text", "a", { word: "a" }],
    ["arguments as JSON text", '{"word": "a", "times": "2"}', { word: "a", times: 2 }],
    ["arguments in arguments", { arguments: { word: "a" } }, { word: "a" }],
    ["arguments in a list", [{ word: "a" }], { word: "a" }],
    ["another name for the only text", { saying: "a" }, { word: "a" }],
    ["another name, with a known one", { saying: "a", times: 2 }, { word: "a", times: 2 }],
    ["another name around a value", { saying: { value: "a" } }, { word: "a" }],
  ])("%s fits", (_what, args, read) => {
    expect(fitted(args)).toEqual(read);
  });

  test.each<[what: string, args: unknown]>([
    ["two texts of unknown names", { one: "a", two: "b" }],
    ["two words in a list", { word: ["a", "b"] }],
    ["an object with two values", { word: { one: "a", two: "b" } }],
    ["a number out of bounds", { word: "a", times: "12" }],
    ["a choice that is none", { word: "a", tone: "high" }],
    ["no text at all", { times: 2 }],
    ["null for what is required", { word: null }],
    ["nothing", null],
  ])("%s has none, and stays as it came", (_what, args) => {
    expect(fitted(args)).toBe(args);
  });
});

describe("several texts under the names of other tools", () => {
  const put = defineTool({
    name: "put",
    effect: "none",
    description: "Puts a text.",
    input: z.object({ path: z.string(), search: z.string(), replace: z.string() }),
    run: async (input) => ({ ok: true, output: JSON.stringify(input) }),
  });

  test("are read under those that are known", () => {
    const read = { path: "a", search: "b", replace: "c" };
    expect(put.fit?.({ file_path: "a", old_string: "b", new_string: "c" })).toEqual(read);
    expect(put.fit?.({ path: "a", old_str: "b", replace: "c" })).toEqual(read);
    expect(put.fit?.({ path: null, file: "a", search: "b", new: "c" })).toEqual(read);
  });

  test("are not guessed from the others", () => {
    const args = { path: "a", search: "b", third: "c" };
    expect(put.fit?.(args)).toBe(args);
  });
});

describe("the text of a program", () => {
  test.each(["command", "script", "program", "input"])("is read under the name %s", (name) => {
    expect(shTool().fit?.({ [name]: "ls", why: "to look" })).toMatchObject({ cmd: "ls" });
  });

  test.each(["program", "script", "source", "cmd"])(
    "in Python is read under the name %s",
    (name) => {
      expect(pythonRunTool().fit?.({ [name]: "1", language: "python" })).toMatchObject({
        code: "1",
      });
    },
  );

  test("is not a time", () => {
    const args = { timeout_s: "5" };
    expect(shTool().fit?.(args)).toBe(args);
  });
});

/** Anything, with the names and values that come close more often than chance brings them. */
const nearly = fc.oneof(
  fc.anything(),
  fc.dictionary(
    fc.constantFrom(
      "word",
      "times",
      "loud",
      "tags",
      "tone",
      "more",
      "value",
      "arguments",
      "saying",
    ),
    fc.oneof(
      fc.anything(),
      fc.constantFrom("a", "3", 3, null, true, "true", "high", '["b"]', '{"left":"b"}'),
      fc.record({ value: fc.constantFrom("a", 3) }),
    ),
  ),
);

test("arguments that are accepted fit the schema, and those that fit are never changed", async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(nearly, async (args) => {
      const read = fitted(args);
      const { ok, output } = await say.run(args, {
        signal: AbortSignal.timeout(600_000),
        persona: "agent",
      });
      expect(ok).toBe(SCHEMA.safeParse(read).success);
      if (ok) expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify(SCHEMA.parse(read))));
      if (SCHEMA.safeParse(args).success || !ok) expect(read).toBe(args);
      // What was read once is read the same again: it is judged, and then it runs.
      expect(fitted(read)).toBe(read);
      accepted += ok ? 1 : 0;
    }),
    { numRuns: 500 },
  );
  expect(accepted).toBeGreaterThan(20);
});
