import { expect, test } from "bun:test";
import { type Recipe, toolOf } from "#test/tools/recipe.ts";
import type { Grants, ToolFiles, ToolMemory } from "#tools/contract/call-options.ts";
import type { CallOutcome } from "#tools/contract/outcome.ts";
import { type Circumstances, STANDARD } from "./ask.ts";
import { tellingChances } from "./chance.ts";
import { environmentFinding } from "./environments.ts";
import { openEnvironment } from "./grants.ts";
import type { SceneAnswer } from "./play.ts";
import { openTool, type ToolUnderTest } from "./tool-under-test.ts";

type Run = (input: { title: string }, environment: Grants, circumstances: Circumstances) => unknown;

function toolWith(capabilities: readonly string[]): ToolUnderTest {
  const recipe: Recipe = { spec: { capabilities, deterministic: false } };
  const tool = openTool(toolOf(recipe));
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  return tool;
}

/** The message of an error that ends the process, and with it all environments that were begun. */
const ENDS = "end of the process";
const END: CallOutcome = { kind: "failure", code: ENDS, message: "", declared: false };

function answerIn(outcome: CallOutcome, state: NonNullable<SceneAnswer>["state"]): SceneAnswer {
  if (outcome.kind === "result") return { value: outcome.value, ...(state && { state }) };
  const code = outcome.kind === "failure" ? outcome.code : "";
  if (code === ENDS) return undefined;
  return { failure: { code, message: "" }, ...(state && { state }) };
}

/** Calls a function of ours in place of a tool, by itself and in a play. */
async function found(capabilities: readonly string[], run: Run): Promise<string> {
  const outcomeOf = async (
    input: unknown,
    environment: Grants,
    circumstances: Circumstances,
  ): Promise<CallOutcome> => {
    try {
      const value = await run(input as { title: string }, environment, circumstances);
      return { kind: "result", value: { slug: "a", words: typeof value === "number" ? value : 1 } };
    } catch (error) {
      const code = String(error instanceof Error ? error.message : error);
      return { kind: "failure", code, message: "", declared: code === "EMPTY" };
    }
  };
  const finding = await environmentFinding(toolWith(capabilities), {
    askerIn: (environment) => async (input, circumstances) =>
      await outcomeOf(input, environment, circumstances),
    perform: async ({ scenes, environments }) => {
      const opened = environments.map((files) => ({
        files,
        environment: openEnvironment({ files }),
      }));
      const answers: SceneAnswer[] = [];
      const ended = new Set<number>();
      for (const { input, nowMs = STANDARD.nowMs, chance, environment } of scenes) {
        const { files: before, environment: now } = opened[environment] ?? {
          files: {},
          environment: openEnvironment(),
        };
        const circumstances = { nowMs, seed: chance?.seed ?? STANDARD.seed };
        const found = [new Map(now.files), new Map(now.memory)] as const;
        const outcome = ended.has(environment)
          ? END
          : await outcomeOf(input, now.grants, circumstances);
        const [files, memory] = outcome.kind === "result" ? [now.files, now.memory] : found;
        const changed = [...files].filter(([path, text]) => before[path] !== text);
        const state = { files: Object.fromEntries(changed), memory: Object.fromEntries(memory) };
        const answer = answerIn(outcome, state);
        answers.push(answer);
        if (answer === undefined) ended.add(environment);
      }
      return answers;
    },
  });
  return finding?.details.join("\n") ?? "";
}

const fail = (code: string): never => {
  throw new Error(code);
};

test("a tool that sees its arguments alone is called no more", async () => {
  expect(await found([], () => fail("never called"))).toBe("");
});

test("a tool that breaks in the years to come is found, with the moment", async () => {
  const late: Run = (_input, _environment, { nowMs }) =>
    nowMs >= Date.UTC(2028, 0, 1) && fail("RangeError");
  expect(await found(["clock"], late)).toContain("2028-02-29");
});

test("a tool that has results only at the moment of the gate is found", async () => {
  const only: Run = (_input, _environment, { seed }) => seed !== "1" && fail("EMPTY");
  expect(await found(["random"], only)).toContain("everywhere else it fails");
  const once: Run = (_input, _environment, { nowMs }) =>
    nowMs > Date.UTC(2030, 0, 1) && fail("EMPTY");
  expect(await found(["clock"], once)).toBe("");
});

test("a tool that breaks at the second call in one environment is found", async () => {
  const second: Run = async ({ title }, { memory }) => {
    if ((await memory?.get(title)) === 1) fail("TypeError");
    await memory?.set(title, 1);
  };
  expect(await found(["memory"], second)).toContain("call 2 in one world");
});

test("a tool that ends its process at the seventh call in one environment is called again in it", async () => {
  const seventh: Run = async (_input, { memory }) => {
    const calls = Number((await memory?.get("calls")) ?? 0) + 1;
    if (calls === 7) fail(ENDS);
    await memory?.set("calls", calls);
  };
  expect(await found(["memory"], seventh)).toContain("call 7 in one world");
});

test("a tool that changes files which no argument names is found; its own files are its own", async () => {
  const wipe: Run = async (_input, { files }) => {
    for (const name of (await files?.list("")) ?? []) await files?.write(name, "");
  };
  expect(await found(["files:read", "files:write"], wipe)).toContain("notes.txt");
  const own: Run = async ({ title }, { files }) => files?.write(`${title}.txt`, "x");
  expect(await found(["files:write"], own)).toBe("");
});

const at =
  (is: (now: Date) => boolean): Run =>
  (_input, _environment, { nowMs }) =>
    is(new Date(nowMs)) && fail("RangeError");

test.each<[string, Run]>([
  ["on Wednesdays", at((now) => now.getUTCDay() === 3)],
  ["on the last day of a month", at((now) => new Date(+now + 86_400_000).getUTCDate() === 1)],
  ["in the hour behind midnight", at((now) => now.getUTCHours() === 0)],
  ["at noon", at((now) => now.getUTCHours() === 12)],
  ["on a leap day", at((now) => now.getUTCMonth() === 1 && now.getUTCDate() === 29)],
  ["on New Year's Day", at((now) => now.getUTCMonth() === 0 && now.getUTCDate() === 1)],
  ["on a Friday the 13th", at((now) => now.getUTCDate() === 13 && now.getUTCDay() === 5)],
  [
    "when clocks change",
    at((now) => now.getUTCMonth() === 2 && now.getUTCDay() === 0 && now.getUTCDate() > 24),
  ],
  ["behind what 31 bits hold", at((now) => +now / 1000 > 2 ** 31)],
  ["between two seconds", at((now) => now.getUTCMilliseconds() > 0)],
  ["in a year of 53 weeks", at((now) => now.getUTCFullYear() === 2032)],
])("a tool that breaks %s is found", async (_when, run) => {
  expect(await found(["clock"], run)).toContain("expected a result");
});

const drawn = (seed: string): number =>
  tellingChances("1").find((one) => one.seed === seed)?.draws[0] ?? 0.5;

test.each<[string, (number: number) => boolean]>([
  ["large", (number) => number > 0.999],
  ["small", (number) => number < 0.001],
  ["in a narrow band", (number) => number > 0.4 && number < 0.42],
])("a tool that breaks where chance gives a number that is %s is found", async (_which, is) => {
  const run: Run = (_input, _environment, { seed }) => is(drawn(seed)) && fail("TypeError");
  expect(await found(["random"], run)).toContain("where chance gives");
});

/** Counts in memory under a key. */
const counting =
  (
    keyOf: (title: string) => string,
    more: (count: number, memory: ToolMemory) => unknown = () => 0,
  ): Run =>
  async ({ title }, { memory }) => {
    if (memory === undefined) return 1;
    const count = Number(await memory.get(keyOf(title))) + 1;
    await memory.set(keyOf(title), count);
    await more(count, memory);
    return count;
  };

test.each<[string, Run, string]>([
  [
    "at the tenth call",
    counting(String, (count) => count === 10 && fail("TypeError")),
    "call 10 in",
  ],
  [
    "when it has kept too much",
    counting(String, (count, memory) => memory.set(`call ${count}`, 1)),
    "keys",
  ],
  ["by first letters", counting((title) => title.slice(0, 3)), "one key"],
  ["by lengths", counting((title) => String(title.length)), "one key"],
  ["by letters", counting((title) => [...title].sort().join("")), "one key"],
])("a tool that mixes up or breaks what it keeps %s is found", async (_how, run, expected) => {
  expect(await found(["memory"], run)).toContain(expected);
});

test.each<[string, Run]>([
  ["by name", counting(String)],
  ["for all names together", counting(() => "all")],
  ["without regard to case", counting((title) => title.toLowerCase())],
])("a tool that counts %s is right", async (_how, run) => {
  expect(await found(["memory"], run)).toBe("");
});

/** Adds a line to a file of its own, and does something with what it finds. */
const adding =
  (more: (names: readonly string[], files: ToolFiles, before: string) => unknown): Run =>
  async ({ title }, { files }) => {
    const path = `${title.replace(/\W/g, "") || "x"}.txt`;
    const names = (await files?.list("")) ?? [];
    const before = names.includes(path) ? ((await files?.read(path)) ?? "") : "";
    await files?.write(
      path,
      `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}line\n`,
    );
    if (files !== undefined) await more(names, files, before);
  };
const BOTH = ["files:read", "files:write"];

test.each<[string, Run, string]>([
  [
    "of one kind",
    adding(async (names, files) => {
      for (const name of names) if (name.endsWith(".md")) await files.write(name, "");
    }),
    "README.md",
  ],
  [
    "of one name",
    adding((names, files) => names.includes("todo.txt") && files.write("todo.txt", "")),
    "todo.txt",
  ],
  [
    "that are long",
    adding(async (names, files) => {
      for (const name of names) {
        const text = name.endsWith("/") ? "" : await files.read(name);
        if (text.length > 9000) await files.write(name, text.slice(0, 9000));
      }
    }),
    "long",
  ],
  [
    "in a folder",
    adding(async (names, files) => {
      if (names.includes("notes/")) await files.write("notes/monday.txt", "");
    }),
    "notes/monday.txt",
  ],
  [
    "that it takes for its index",
    adding((names, files) => files.write("index.txt", names.join())),
    "index.txt",
  ],
  [
    "that hold a copy already",
    adding(async (names, files) => {
      for (const name of names)
        if (name === "notes.txt") await files.write("notes.txt.bak", await files.read(name));
    }),
    "notes.txt.bak",
  ],
])("a tool that overwrites files %s is found", async (_which, run, expected) => {
  expect(await found(BOTH, run)).toContain(expected);
});

test.each<[string, Run]>([
  ["in a crowded folder", adding((names) => names.length > 20 && fail("RangeError"))],
  [
    "where the last line has no end",
    adding((_names, _files, before) => /[^\n]$/.test(before) && fail("TypeError")),
  ],
  [
    "where a file holds other scripts",
    adding((_names, _files, before) => /[^\0-\x7f]/.test(before) && fail("TypeError")),
  ],
  [
    "at its seventieth line",
    adding((_names, _files, before) => before.split("\n").length === 70 && fail("TypeError")),
  ],
])("a tool that breaks %s is found", async (_where, run) => {
  expect(await found(BOTH, run)).not.toBe("");
});

test("a tool that adds lines to a file of its own is right", async () => {
  expect(
    await found(
      BOTH,
      adding(() => undefined),
    ),
  ).toBe("");
});
