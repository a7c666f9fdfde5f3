import { expect, test } from "bun:test";
import { honestTool } from "#test/candidates/honest-tools.ts";
import { judged } from "#test/tools/oracle-double.ts";
import { CASES, type Recipe, SOURCE } from "#test/tools/recipe.ts";
import type { ToolCase } from "#tools/contract/cases.ts";
import { otherAnswers } from "./other-answers.ts";

const inside = { signal: new AbortController().signal };

/** The lines that a change of the program, or of the whole tool, is held with. */
function changed(from: string, to: string, recipe: Recipe = {}): Promise<readonly string[]> {
  expect(SOURCE).toContain(from);
  return otherAnswers(
    judged(recipe),
    judged({ ...recipe, source: SOURCE.replace(from, to) }),
    inside,
  );
}

test("a program in other words answers as it did", async () => {
  expect(await changed("const kept", "const some = words;\n  const kept")).toEqual([]);
});

test("an answer that changed is shown with its input, three times at most", async () => {
  const lines = await changed("words: kept.length", "words: Math.min(kept.length, 4)");
  expect(lines).toHaveLength(3);
  for (const line of lines)
    expect(line).toMatch(
      /^it answers otherwise where no case says so: input \{.* · main \{.*"words":\d+\} · now .*"words":4\}/,
    );
});

test("an answer that a case of the new version declares is none that changed unannounced", async () => {
  const title = { type: "string", maxLength: 5000 };
  const input = { type: "object", properties: { title }, required: ["title"] };
  const spec = { input: { ...input, additionalProperties: false } };
  const withoutMost = CASES.filter(({ input: args }) => !JSON.stringify(args).includes('"most"'));
  const source = SOURCE.replace(
    "const words = title",
    'if (title === "zebra") return { slug: "striped", words: 1 };\n  const words = title',
  );
  const lines = (more: readonly ToolCase[]) =>
    otherAnswers(
      judged({ spec, cases: withoutMost }),
      judged({ spec, source, cases: [...withoutMost, ...more] }),
      inside,
    );
  expect((await lines([]))[0]).toContain('input {"title":"zebra"}');
  const zebra = { input: { title: "zebra" }, output: { slug: "striped", words: 1 } };
  expect(await lines([zebra])).toEqual([]);
});

const NUMERAL = SOURCE.replace(
  "title.toLowerCase()",
  'title.replace(/\\p{Nl}/gu, "x").toLowerCase()',
);

test.each<[string, readonly ToolCase[]]>([
  ["without a new case", []],
  [
    "beside a case that main answers alike",
    [{ input: { title: "Two more" }, output: { slug: "two-more", words: 2 } }],
  ],
])("what only a character of another kind shows is shown %s", async (_what, more) => {
  const [line] = await otherAnswers(
    judged(),
    judged({ source: NUMERAL, cases: [...CASES, ...more] }),
    inside,
  );
  expect(line).toContain("it answers otherwise where no case says so");
});

test("beside a case that says what changes, only what was asked for always is asked", async () => {
  const act = { input: { title: "act \u2160" }, output: { slug: "act-x", words: 2 } };
  const is = judged({ source: NUMERAL, cases: [...CASES, act] });
  expect(await otherAnswers(judged(), is, inside)).toEqual([]);
});

test("an input that was answered and breaks the program now is shown", async () => {
  const [line = ""] = await changed(
    "const kept",
    'if (words.length > 4) throw new Error("no");\n  const kept',
  );
  expect(line).toContain(" · now ");
  expect(line).toContain("declare it as a case, or keep the answer");
});

test("what broke and answers now is shown for no input", async () => {
  const was = judged({
    source: SOURCE.replace("const kept", "if (words.length > 4) process.exit(3);\n  const kept"),
  });
  expect(await otherAnswers(was, judged(), inside)).toEqual([]);
});

test("a program whose answer depends on earlier questions is told so, after a few calls", async () => {
  const counts = SOURCE.replace("export async", "let asked = 0;\nexport async").replace(
    "const kept",
    'if ((asked += 1) > 9) return { slug: "x", words: 1 };\n  const kept',
  );
  const [line, ...others] = await otherAnswers(judged(), judged({ source: counts }), inside);
  expect(line).toContain("must not depend on what was asked before");
  expect(others).toEqual([]);
});

test("a tool that sees a clock or chance is compared at one moment and with one seed", async () => {
  const spec = { deterministic: false, capabilities: ["clock"] };
  const source = SOURCE.replace(
    "run(args: z.infer<typeof input>)",
    "run(args: z.infer<typeof input>, ctx: any)",
  ).replace("words: kept.length", "words: 1 + (ctx.clock.now() % 7)");
  const other = source.replace("1 + (ctx.clock.now() % 7)", "20 + (ctx.clock.now() % 7)");
  const between = (one: string, two: string) =>
    otherAnswers(judged({ spec, source: one }), judged({ spec, source: two }), inside);
  expect(
    await between(source, source.replace("const kept", "const some = words;\n  const kept")),
  ).toEqual([]);
  expect((await between(source, other)).length).toBeGreaterThan(0);
});

test.each([
  ["a word", 'title.includes("quagga")'],
  ["a length", "title.length === 3217"],
  ["a number of words", "words.length === 23"],
])(
  "an answer that changes for %s that only the new program names is shown",
  async (_what, condition) => {
    const by = `if (${condition}) return { slug: "x", words: 1 };\n  const kept`;
    const [line = ""] = await changed("const kept", by);
    expect(line).toContain('now {"slug":"x","words":1}');
  },
);

test("what stands in one of both programs alone is asked for first", async () => {
  const { recipe } = honestTool("dedent");
  const { source = "" } = recipe;
  const now = source.replace("Math.min(a, b), text.length", "Math.min(a, b), 80");
  expect(now).not.toBe(source);
  const [line = ""] = await otherAnswers(
    judged(recipe),
    judged({ ...recipe, source: now }),
    inside,
  );
  expect(line).toContain("it answers otherwise where no case says so");
});

test("a line of other white space than the program names is asked", async () => {
  const { recipe } = honestTool("comment-lines");
  const { source = "" } = recipe;
  const now = source.replace('line.trim() === ""', "!/[^ \\t\\r]/.test(line)");
  expect(now).not.toBe(source);
  const [line = ""] = await otherAnswers(
    judged(recipe),
    judged({ ...recipe, source: now }),
    inside,
  );
  expect(line).toContain("it answers otherwise where no case says so");
});

test("a program that is slower than main's is asked what is left in a further process", async () => {
  const slow = "let sum = 0;\n  for (let step = 0; step < 12_000_000; step += 1) sum ^= step;\n";
  const same = `${slow}  if (sum === 0.5) throw new Error("never");\n  const kept`;
  expect(await changed("const kept", same)).toEqual([]);
});
