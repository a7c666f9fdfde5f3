import { expect, test } from "bun:test";
import { CLOCK } from "#test/tools/odd-tools.ts";
import { type Recipe, toolOf } from "#test/tools/recipe.ts";
import { callTool } from "#tools/contract/call.ts";
import { contractSchema } from "#tools/contract/spec.ts";
import { askMany, firstSkipped, performPlay, reportSkipped } from "./ask-many.ts";

const inside = { signal: new AbortController().signal };
const judged = (folder: ReturnType<typeof toolOf>) => ({
  folder,
  contract: contractSchema.parse(JSON.parse(folder.files.get("spec.json") ?? "")),
});

test.each(["ts", "python"])(
  "many inputs are answered in one process, in their order: %s",
  async (language) => {
    const tool = judged(toolOf({ spec: { language } }));
    const inputs = [{ title: "Hello, World" }, { title: "?!" }, { title: "One two", most: 1 }];
    const { answers, killed } = await askMany(tool, { inputs }, inside);
    expect(killed).toBeNull();
    expect(answers).toMatchObject([
      { value: { slug: "hello-world", words: 2 } },
      { failure: { code: "EMPTY" } },
      { value: { slug: "one", words: 1 } },
    ]);
  },
);

test("a Python tool knows the names of a call, and not those that Python adds for a person", async () => {
  const source = `def run(args, ctx):
    try:
        return {"slug": type(quit).__name__, "words": 1}
    except NameError:
        return {"slug": "unknown", "words": 1}
`;
  const folder = toolOf({ spec: { language: "python" }, source });
  const value = { slug: "unknown", words: 1 };
  expect(await callTool(folder, { title: "a" }, inside)).toEqual({ kind: "result", value });
  const { answers } = await askMany(judged(folder), { inputs: [{ title: "a" }] }, inside);
  expect(answers).toMatchObject([{ value }]);
});

test("another version of a file is asked in place of the tool's own", async () => {
  const folder = toolOf();
  const source = folder.files.get("tool.ts")?.replace('join("-")', 'join("+")') ?? "";
  const asked = { inputs: [{ title: "a b" }], instead: { "tool.ts": source } };
  const { answers } = await askMany(judged(folder), asked, inside);
  expect(answers).toMatchObject([{ value: { slug: "a+b" } }]);
});

test("each scene of a play sees its own moment", async () => {
  const scenes = ["2026-02-02", "2026-03-04"].map((day) => ({
    input: { date: "2026-02-01" },
    nowMs: Date.parse(`${day}T00:00:00Z`),
    environment: 0,
  }));
  const play = { scenes, environments: [{}] };
  const { answers } = await performPlay(judged(toolOf(CLOCK)), { play, cpuMs: 1000 }, inside);
  expect(answers.map((answer) => answer?.value)).toEqual([1, 31]);
});

const FAILS_ONCE_IT_KEPT_TWO: readonly Recipe[] = [
  {
    spec: { capabilities: ["memory"], deterministic: false },
    source: `import { z } from "zod";
export const input = z.object({ title: z.string() });
export async function run({ title }: z.infer<typeof input>, ctx: {
  memory: { get(key: string): Promise<unknown>; set(key: string, value: unknown): Promise<void> };
}) {
  const count = Number(await ctx.memory.get("count")) + 1;
  await ctx.memory.set("count", count);
  await ctx.memory.set(title, count);
  if (count > 2) throw new TypeError("no more");
  return { slug: title, words: count };
}
`,
  },
  {
    spec: { capabilities: ["memory"], deterministic: false, language: "python" },
    source: `def run(args, ctx):
    count = (ctx.memory.get("count") or 0) + 1
    ctx.memory.set("count", count)
    ctx.memory.set(args["title"], count)
    if count > 2:
        raise TypeError("no more")
    return {"slug": args["title"], "words": count}
`,
  },
];

test.each(FAILS_ONCE_IT_KEPT_TWO)(
  "the first failure in an environment reports what its call found, not what it wrote: %#",
  async (recipe) => {
    const scenes = ["a", "b", "c"].map((title) => ({ input: { title }, environment: 0 }));
    const play = { scenes, environments: [{}] };
    const { answers } = await performPlay(judged(toolOf(recipe)), { play, cpuMs: 1000 }, inside);
    expect(answers.map((answer) => answer?.failure !== undefined)).toEqual([false, false, true]);
    expect(answers[2]?.state?.memory).toEqual({ count: 2, a: 1, b: 2 });
  },
);

test("of the patterns of a Python tool, those of modules that our own programs import are left out", async () => {
  const source = `import asyncio
import inspect
import random
import re

def run(args, ctx):
    return {"slug": re.sub("a+b", "", args["title"]), "words": 1}
`;
  const tool = judged(toolOf({ spec: { language: "python" }, source }));
  const asked = { inputs: [{ title: "aab" }], tellsPatterns: true };
  const { patterns } = await askMany(tool, asked, inside);
  expect(patterns.map((pattern) => pattern.source)).toEqual(["a+b"]);
});

test("a set of Python has the order that it has in a call", async () => {
  const source = `def run(args, ctx):
    return {"slug": "".join(set(args["title"])), "words": 1}
`;
  const tool = judged(toolOf({ spec: { language: "python" }, source }));
  const given = { title: "abcdefghij" };
  const { answers } = await askMany(tool, { inputs: [given] }, inside);
  const called = await callTool(tool.folder, given, inside);
  expect(called).toMatchObject({ kind: "result", value: answers[0]?.value });
});

test("inputs at which no process arrived are told, and an end alone is not", () => {
  const told: string[] = [];
  const answers = [{ value: 1 }, undefined, { value: 2 }, undefined, undefined, undefined];
  const asked = { answers, killed: "cpu" } as const;
  reportSkipped({ ...asked, isCutShort: false }, "inputs", (what) => told.push(what));
  expect(told).toEqual([]);
  reportSkipped({ ...asked, isCutShort: true }, "inputs", (what) => told.push(what));
  expect(told).toEqual(["2 of 6 inputs were not asked, for limits ended its processes (cpu)"]);
  expect(firstSkipped([undefined, undefined])).toBe(1);
});
