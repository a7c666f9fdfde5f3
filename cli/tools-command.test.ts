import { expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ToolListing } from "#core/tool-listing.ts";
import { runTools, type ToolSource } from "./tools-command.ts";

const READY: ToolListing = {
  ...{ name: "median", description: "The middle\nof \u001b[31mnumbers.", origin: "generated" },
  state: "ready",
};
const JUDGED: ToolListing = {
  ...{ name: "sum", description: "Adds.", origin: "generated", state: "ready" },
  figures: { cases: 7, coverage: 1, mutationScore: 0.925 },
};
const CHANGED: ToolListing = {
  ...{ name: "slug", description: "Makes slugs.", origin: "generated" },
  ...{ state: "changed", why: "not what was judged: tool.ts" },
};

interface Ran {
  readonly code: number;
  readonly written: string;
  readonly said: string;
  readonly asked: readonly string[];
}

async function run(operands: readonly string[], json = false): Promise<Ran> {
  const written: string[] = [];
  const said: string[] = [];
  const asked: string[] = [];
  const tools: ToolSource = {
    list: async () => [READY, JUDGED, CHANGED],
    search: async (query) => {
      asked.push(query);
      return query === "nothing" ? [] : [READY];
    },
    details: async (name) => ({ ...READY, name, capabilities: ["clock"], trust: { score: 0.5 } }),
    retirable: async () =>
      asked.length === 0 && json ? [] : [{ name: "median", why: "it\u001b[31m broke" }],
    retire: async (name) => {
      asked.push(`retire ${name}`);
      if (name === "sound") return { branch: "cand/3", verdict: "promote", reason: "it passed" };
      if (name === "guarded") return { branch: "cand/2", verdict: "reject", reason: "not now" };
      return { branch: "cand/1", verdict: "hold", reason: `${name}: the tool is gone` };
    },
    proposals: async () =>
      asked.length === 0 && json
        ? { make: [], retire: [] }
        : {
            make: [
              {
                ...{ times: 3, tool: "sh", program: "a | b\n\u001b[31mc" },
                ...{ lines: ["count\na.csv", "count b.csv"], command: "org forge --goal 'x'" },
              },
            ],
            retire: [{ name: "median", why: "its trust is 0.07" }],
          },
    switch: async (name, on) => {
      asked.push(`${name} ${on}`);
      return { ...READY, name, state: on ? "ready" : "disabled", why: on ? undefined : "off" };
    },
  };
  const output = {
    write: (text: string) => void written.push(text),
    say: (text: string) => void said.push(text),
    live: false,
  };
  const code = await runTools(operands, { tools, json, cleaner: new TextCleaner(), output });
  return { code, written: written.join(""), said: said.join(""), asked };
}

test("lists a tool a line, clean, with the reason where it cannot be called", async () => {
  expect(await run([])).toMatchObject({
    code: 0,
    written:
      "median  ready     The middle of numbers.\n" +
      "sum     ready     Adds. (7 cases, 100 % of lines, 92 % of mutants)\n" +
      "slug    changed   not what was judged: tool.ts\n",
  });
});

test("prints one object with --json", async () => {
  const { written } = await run(["list"], true);
  const median = { ...READY, description: "The middle\nof numbers." };
  expect(JSON.parse(written)).toEqual({ tools: [median, JUDGED, CHANGED] });
  expect(JSON.parse((await run(["search", "middle"], true)).written)).toEqual({
    ...{ query: "middle", tools: [median] },
  });
  expect(JSON.parse((await run(["show", "median"], true)).written)).toEqual({
    ...{ ...median, capabilities: ["clock"], trust: { score: 0.5 } },
  });
});

test("a search that finds something is done", async () => {
  expect(await run(["search", "middle"])).toMatchObject({
    ...{ code: 0, said: "", written: "median  ready     The middle of numbers.\n" },
  });
});

test("a search that finds nothing ends with 1 and says what to do", async () => {
  expect(await run(["search", "nothing"])).toMatchObject({
    ...{ code: 1, written: "", asked: ["nothing"] },
    said: "No tool matches that.\n→ org tools list\n",
  });
});

test("shows all that is known", async () => {
  const { code, written } = await run(["show", "median"]);
  expect(code).toBe(0);
  expect(written).toBe(
    "name: median\ndescription: The middle\nof numbers.\norigin: generated\nstate: ready\n" +
      'capabilities: ["clock"]\ntrust: {"score":0.5}\n',
  );
});

test("switches, and says how it stands now", async () => {
  expect(await run(["disable", "median"])).toMatchObject({
    ...{ code: 0, asked: ["median false"], written: "median is disabled: off\n" },
  });
  expect(await run(["enable", "median"])).toMatchObject({
    ...{ code: 0, asked: ["median true"], written: "median is ready\n" },
  });
  expect(JSON.parse((await run(["disable", "median"], true)).written)).toMatchObject({
    ...{ name: "median", state: "disabled", why: "off" },
  });
});

test.each([
  [["serch", "x"], 'org tools: unknown action "serch"', ["org tools search"]],
  [["search"], "Search for what?", ['org tools search "rename files"']],
  [["search", " "], "Search for what?", ['org tools search "rename files"']],
  [["show"], "Which tool?", ["org tools list"]],
  [["enable", ""], "Which tool?", ["org tools list"]],
  [
    ["search", "two", "words"],
    'Unexpected argument "words" for org tools search',
    ['org tools search "rename files"   # in quotes'],
  ],
  [["show", "a", "b"], 'Unexpected argument "b" for org tools show', []],
  [["list", "all"], 'Unexpected argument "all" for org tools list', []],
  [["proposals", "all"], 'Unexpected argument "all" for org tools proposals', []],
])("org tools %p is a usage error with a remedy", async (operands, message, remedies) => {
  await expect(run(operands)).rejects.toMatchObject({
    ...{ code: "USAGE", message, unchanged: "Nothing was changed." },
    remedies: [...remedies, "org help tools"],
  });
});

test("retire lists what might go, and proposes what is named", async () => {
  expect(await run(["retire"])).toMatchObject({
    code: 0,
    written: "median  it broke\n",
    said: "→ org tools retire NAME   # a candidate without it, for you to decide\n",
  });
  expect(await run(["retire"], true)).toMatchObject({
    written: '{"tools":[]}\n',
    said: "Every generated tool is in use.\n",
  });
  const { code, written, said, asked } = await run(["retire", "median"]);
  expect([code, asked]).toEqual([0, ["retire median"]]);
  expect(written).toBe("cand/1 retires median. The gate: hold, median: the tool is gone\n");
  expect(said).toBe("→ org cand show cand/1\n→ org promote cand/1 --approve\n");
  expect(JSON.parse((await run(["retire", "median"], true)).written)).toEqual({
    ...{ branch: "cand/1", verdict: "hold", reason: "median: the tool is gone" },
  });
  const passed = await run(["retire", "sound"]);
  expect(passed).toMatchObject({ code: 0, said: expect.stringContaining("cand/3 --approve") });
});

test("a retirement that the gate rejects ends with 1, and is not offered for promotion", async () => {
  expect(await run(["retire", "guarded"])).toMatchObject({
    code: 1,
    written: "cand/2 retires guarded. The gate: reject, not now\n",
    said: "→ org cand show cand/2\n",
  });
});

test("proposals name what was done by hand, and tools that may go, each with its command", async () => {
  expect(await run(["proposals"])).toMatchObject({
    code: 0,
    written:
      "3 times by hand, with sh:\n    a | b\n    c\n" +
      "  asked: count a.csv\n  asked: count b.csv\n→ org forge --goal 'x'\n" +
      "median can be retired: its trust is 0.07\n→ org tools retire median\n",
  });
  expect(await run(["proposals"], true)).toMatchObject({
    ...{ code: 0, written: '{"make":[],"retire":[]}\n', said: "" },
  });
});
