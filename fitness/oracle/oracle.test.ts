/** The oracle against functions of ours in place of tools in a sandbox: it sees answers only. */
import { expect, test } from "bun:test";
import { type Recipe, toolOf } from "#test/tools/recipe.ts";
import type { ToolCase } from "#tools/contract/cases.ts";
import type { CallOutcome } from "#tools/contract/outcome.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { AskTool } from "./ask.ts";
import { type JudgedTool, openTool } from "./judged-tool.ts";
import { checkLoad } from "./load.ts";
import { checkOracle, type OracleContext } from "./oracle.ts";
import { fitting } from "./schema.ts";

type Run = (args: { title: string; most?: number }, seed: string) => unknown;

const slug: Run = ({ title, most = 8 }) => {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  if (words.length === 0) throw Object.assign(new Error("nothing"), { code: "EMPTY" });
  const kept = words.slice(0, most);
  return { slug: kept.join("-"), words: kept.length };
};

/** Does what the call of a tool does, without a process. */
function askerOf(run: Run): (folder: ToolFolder) => AskTool {
  return (folder) => {
    const { input } = judged({}, folder).contract;
    return (args, { seed }) =>
      Promise.resolve(
        outcomeOf(() => {
          if (!fitting(input)(args) || !fitting(judged().contract.input)(args))
            throw Object.assign(new Error("no"), { code: "INVALID_INPUT" });
          return run(args as Parameters<Run>[0], seed); // the schema above is its type
        }),
      );
  };
}

function outcomeOf(run: () => unknown): CallOutcome {
  try {
    return { kind: "result", value: run() };
  } catch (error) {
    const { code = "ERROR", message } = Object(error);
    return { kind: "failure", code, message, declared: ["EMPTY", "INVALID_INPUT"].includes(code) };
  }
}

function judged(recipe: Recipe = {}, folder: ToolFolder = toolOf(recipe)): JudgedTool {
  const tool = openTool(folder);
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  return tool;
}

function check(run: Run, recipe: Recipe = {}, context: Partial<OracleContext> = {}) {
  return checkOracle(judged(recipe), {
    askerOf: askerOf(run),
    literals: () => Promise.resolve([]),
    seed: 7,
    hidden: [],
    others: new Map(),
    ...context,
  });
}

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
  const known = new Set(judged().cases.map(({ input }) => Object(input).title));
  const finding = await check((args, seed) =>
    known.has(args.title) || seed === "1" ? slug(args, seed) : { slug: `x${seed}`, words: 1 },
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
  const known = new Map(judged().cases.map((one) => [JSON.stringify(one.input), one]));
  const byHeart: Run = (args) => {
    const found = known.get(JSON.stringify(args));
    if (found !== undefined && "output" in found) return found.output;
    throw Object.assign(new Error("nothing"), { code: "EMPTY" });
  };
  const literals = () =>
    Promise.resolve(
      [...known.values()].flatMap((one) =>
        "output" in one ? [JSON.stringify(one.input), JSON.stringify(one.output)] : [],
      ),
    );
  expect((await check(byHeart, {}, { literals }))?.reason).toBe(
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
