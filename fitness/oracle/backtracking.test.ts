import { expect, test } from "bun:test";
import { judged } from "#test/tools/oracle-double.ts";
import { endlessPattern, type PatternTrials, type Trial } from "./backtracking.ts";

/** Trials of a tool that makes one pattern, and takes long where the text meets it. */
function trialsOf(source: string, isSlow: (input: { title: string }) => boolean) {
  const tried: Trial[] = [];
  const trials: PatternTrials = {
    patternsFor: () => Promise.resolve([{ source, flags: "" }]),
    firstSlow: (all) => {
      tried.push(...all);
      const index = all.findIndex(({ input }) => isSlow(input as { title: string }));
      return Promise.resolve(index < 0 ? undefined : { index, ms: 700 });
    },
  };
  return { trials, tried };
}

test("the text, the pattern and what to look for are told of what takes long", async () => {
  const { trials } = trialsOf("^(z+)+$", ({ title }) => /^z{50,}!$/.test(title));
  const finding = await endlessPattern(judged(), [], trials);
  expect(finding?.reason).toBe(
    "A regular expression takes far longer than the length of its text explains",
  );
  expect(finding?.details[0]).toEndWith(
    "with a text of 60 characters took 700 ms of processor time",
  );
  expect(finding?.details[1]).toContain('made for the pattern "^(z+)+$": look for a repetition');
});

test("a tool whose texts cannot all be tried is refused, too", async () => {
  const { trials } = trialsOf("x+y", () => false);
  const spent = { ...trials, firstSlow: () => Promise.resolve({ untried: 5, spentMs: 121_000 }) };
  const finding = await endlessPattern(judged(), [], spent);
  expect(finding?.reason).toContain("could not be tried out");
  expect(finding?.details[0]).toContain("took 121000 ms of processor time together");
});

test("short texts have a quarter of a second, long ones as long as a call that is judged", async () => {
  const { trials, tried } = trialsOf("x+y", () => false);
  expect(await endlessPattern(judged(), [], trials)).toBeUndefined();
  const limits = tried.map(({ input, mostMs }) => [
    (input as { title: string }).title.length > 400,
    mostMs,
  ]);
  expect(new Set(limits.map((one) => one.join(" ")))).toEqual(new Set(["false 250", "true 2000"]));
});

test("a tool without texts in its cases, or without patterns, is not tried", async () => {
  const { trials, tried } = trialsOf("none", () => true);
  expect(await endlessPattern({ ...judged(), source: "" }, [], trials)).toBeUndefined();
  expect(await endlessPattern({ ...judged(), cases: [] }, [], trials)).toBeUndefined();
  expect(tried).toEqual([]);
});

test("texts stand in lists and below names that are free", async () => {
  const tool = judged();
  const input = {
    type: "object",
    properties: { rows: { type: "array", items: { $ref: "#/$defs/row" } } },
    $defs: { row: { type: "object", additionalProperties: { type: "string", maxLength: 70 } } },
  };
  const cases = [{ input: { rows: [{ a: "b" }] }, output: {} }];
  const { trials, tried } = trialsOf("x+y", () => false);
  await endlessPattern({ ...tool, contract: { ...tool.contract, input }, cases }, [], trials);
  expect(tried.length).toBeGreaterThan(0);
  const longest = Math.max(...tried.map((one) => JSON.stringify(one.input).length));
  expect(longest).toBe(JSON.stringify({ rows: [{ a: "x".repeat(70) }] }).length);
});

test("repetitions that no text of the input was tried for are told", async () => {
  const skippedOf = async (count: number): Promise<readonly string[]> => {
    const skipped: string[] = [];
    const sources = Array.from({ length: 50 }, (_, at) => `${at}${"a+b".repeat(count)}`);
    const trials: PatternTrials = {
      patternsFor: () => Promise.resolve(sources.map((source) => ({ source, flags: "" }))),
      firstSlow: () => Promise.resolve(undefined),
      onSkipped: (what) => skipped.push(what),
    };
    expect(await endlessPattern(judged(), [], trials)).toBeUndefined();
    return skipped;
  };
  expect(await skippedOf(4)).toEqual([]);
  expect((await skippedOf(30)).join()).toMatch(
    /^\d+ repetitions of its regular expressions were not tried in each text of its input$/,
  );
});
