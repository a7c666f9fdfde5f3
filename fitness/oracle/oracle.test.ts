/** The oracle against functions of ours in place of tools in a sandbox: it sees answers only. */
import { expect, test } from "bun:test";
import { askerOf, check, judged, outcomeOf, type Run, slug } from "#test/tools/oracle-double.ts";
import { type Recipe, toolOf } from "#test/tools/recipe.ts";
import type { ToolCase } from "#tools/contract/cases.ts";
import type { AskTool } from "./ask.ts";
import { checkLoad } from "./load.ts";
import type { OracleContext } from "./oracle.ts";
import { openTool } from "./tool-under-test.ts";

test("finds nothing wrong with what is right", async () => {
  expect(await check(slug)).toBeUndefined();
});

test("tells the case, its input, what was expected and what came", async () => {
  const finding = await check((args) => slug({ ...args, most: 1 }, ""));
  expect(finding?.reason).toBe('Wrong answer: case 1: input {"title":"Hello, World"} (and 3 more)');
  expect(finding?.details[0]).toBe(
    'case 1: input {"title":"Hello, World"} · expected {"slug":"hello-world","words":2} (it differs at .slug) · got {"slug":"hello","words":1}',
  );
});

test("asks known cases again, so counting calls does not help", async () => {
  let calls = 0;
  const finding = await check((args) => {
    calls += 1;
    return slug(calls > 12 ? { ...args, most: 1 } : args, "");
  });
  expect(finding?.details.join()).toContain("asked again");
});

test("asks with another seed, where equal arguments must give an equal result", async () => {
  const dice: Run = (args, seed) => slug(seed === "1" ? args : { ...args, most: 1 }, "");
  expect((await check(dice))?.details.join()).toContain("asked again with another seed");
  expect(await check(dice, { spec: { deterministic: false } })).toBeUndefined();
});

test("sees an answer that changes although no case shows it", async () => {
  const titles = new Set(judged().cases.map(({ input }) => Object(input).title));
  const finding = await check((args, seed) =>
    titles.has(args.title) || seed === "1" ? slug(args, seed) : { slug: `x${seed}`, words: 1 },
  );
  expect(finding?.reason).toContain("equal arguments give an equal result");
});

test("refuses an error that was not declared, and a result to a wrong input", async () => {
  const finding = await check((args) => {
    if (args.title.length > 1000) throw new RangeError("too long");
    return slug(args, "");
  });
  expect(finding?.details.join()).toContain("RangeError: too long".split(":")[1]?.trim() ?? "");
  const open: OracleContext["askerOf"] = () => (args) =>
    Promise.resolve(outcomeOf(() => slug({ title: String(Object(args).title ?? "x") }, "")));
  const most: readonly ToolCase[] = [
    { input: { title: "One" }, output: { slug: "one", words: 1 } },
  ];
  expect((await check(slug, { cases: most }, { askerOf: open }))?.reason).toContain("wrong input");
});

test("holds a promise about the length of results", async () => {
  const finding = await check(slug, { spec: { properties: ["bounded-output:60"] } });
  expect(finding?.details.join()).toContain("at most 60 characters");
});

test("checks laws with answers that it got", async () => {
  const spec = { properties: ["idempotent"] };
  const one = [{ input: { title: "One" }, output: { slug: "one", words: 1 } }];
  expect(await check(slug, { spec, cases: one })).toBeUndefined();
  const growing: Run = (args) =>
    args.title === "One"
      ? slug(args, "")
      : { slug: `${"x".repeat(args.title.length % 9)}y`, words: 1 };
  expect((await check(growing, { spec, cases: one }))?.reason).toBe(
    'The law "idempotent" does not hold',
  );
});

test("checks the way back with another tool", async () => {
  const spec = { properties: ["round-trip:back"] };
  const cases = [{ input: { title: "one" }, output: { slug: "one", words: 1 } }];
  const back = toolOf({
    spec: {
      name: "back",
      input: { type: "object", properties: { slug: { type: "string" } }, required: ["slug"] },
    },
  });
  const context = (way: (text: string) => unknown): Partial<OracleContext> => ({
    others: new Map([["back", back]]),
    askerOf: (folder) =>
      folder === back
        ? (args) => Promise.resolve({ kind: "result", value: way(Object(args).slug) })
        : askerOf(({ title }) => ({ slug: `<${title}>`.replace("<one>", "one"), words: 1 }))(
            folder,
          ),
  });
  const undo = (text: string) => (text === "one" ? text : text.slice(1, -1));
  expect(
    await check(
      slug,
      { spec, cases },
      context((text) => ({ title: undo(text) })),
    ),
  ).toBeUndefined();
  expect(
    (
      await check(
        slug,
        { spec, cases },
        context(() => ({ title: "lost" })),
      )
    )?.reason,
  ).toBe('The law "round-trip:back" does not hold');
});

test("tells of hidden cases nothing but that they do not pass", async () => {
  const hidden = [{ input: { title: "A b" }, output: { slug: "a", words: 1 } }];
  expect(await check(slug, {}, { hidden })).toEqual({
    reason: "The hidden cases do not pass",
    details: [],
  });
  const right = [{ input: { title: "A b" }, output: { slug: "a-b", words: 2 } }];
  expect(await check(slug, {}, { hidden: right })).toBeUndefined();
});

test("takes a tool that knows its cases by heart for what it is", async () => {
  const byInput = new Map(judged().cases.map((one) => [JSON.stringify(one.input), one]));
  const byHeart: Run = (args) => {
    const found = byInput.get(JSON.stringify(args));
    if (found !== undefined && "output" in found) return found.output;
    throw Object.assign(new Error("nothing"), { code: "EMPTY" });
  };
  const literals = () =>
    Promise.resolve(
      [...byInput.values()].flatMap((one) =>
        "output" in one ? [JSON.stringify(one.input), JSON.stringify(one.output)] : [],
      ),
    );
  expect((await check(byHeart, {}, { literals }))?.reason).toBe(
    "It is a table of its declared cases",
  );
});

test("takes no list for a table of its cases whose first entries are its cases, however many they are", async () => {
  const words = [
    "ash",
    "birch",
    "cedar",
    "elm",
    "fir",
    "hazel",
    "larch",
    "maple",
    "oak",
    "pine",
    "rowan",
    "yew",
  ];
  const slugByWord = new Map(words.map((word, index) => [word, `tree-${index}-${word.length}`]));
  const list: Run = ({ title }) => {
    const found = slugByWord.get(title.trim().toLowerCase());
    if (found === undefined) throw Object.assign(new Error("nothing"), { code: "EMPTY" });
    return { slug: found, words: 1 };
  };
  const cases = words.slice(0, 8).map((word) => ({
    input: { title: word.toUpperCase() },
    output: { slug: slugByWord.get(word) ?? "", words: 1 },
  }));
  const literals = () => Promise.resolve([...slugByWord].flat());
  expect(await check(list, { cases }, { literals })).toBeUndefined();
  for (const word of words.slice(8)) slugByWord.delete(word);
  expect((await check(list, { cases }, { literals }))?.reason).toBe(
    "It is a table of its declared cases",
  );
});

test("loads what answers, and refuses what breaks down or uses less than it declares", async () => {
  const tool = judged();
  const breaks: AskTool = () =>
    Promise.resolve({ kind: "breakdown", why: "tampered", detail: "It changed Array.from." });
  expect(await checkLoad(tool, askerOf(slug)(tool.folder), [])).toBeUndefined();
  expect(await checkLoad(tool, breaks, [])).toEqual({
    reason: "It cannot be loaded and asked: tampered",
    details: ["the first case gave a breakdown, tampered: It changed Array.from."],
  });
  const declares = judged({ spec: { capabilities: ["clock", "net:example.com"] } });
  const finding = await checkLoad(declares, breaks, ["net:*.example.com"]);
  expect(finding?.reason).toBe("It declares clock and never uses it");
});

test("says what cannot be judged in a folder", () => {
  const broken = (recipe: Recipe) => openTool(toolOf(recipe));
  expect(broken({ cases: [{ input: { title: "x" }, error: "OTHER" }] })).toEqual([
    'case 1: the contract names no failure "OTHER"',
  ]);
  expect(broken({ cases: [{ input: {}, output: { slug: "x" } }] })).toEqual([
    'case 1: its input does not fit the schema "input"',
    'case 1: its output does not fit the schema "output"',
  ]);
  expect(openTool({ name: "slug", files: new Map() })).toEqual([
    expect.stringContaining("spec.json"),
  ]);
  const { name, files } = toolOf();
  expect(openTool({ name, files: new Map([...files, ["cases.json", "{"]]) })).toEqual([
    expect.stringContaining("cases.json"),
  ]);
  expect(openTool({ name, files: new Map([...files, ["cases.json", "{}"]]) })).toEqual([
    expect.stringContaining("cases.json"),
  ]);
});
