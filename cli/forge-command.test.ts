import { describe, expect, test } from "bun:test";
import { explain, OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type CapturedOutput, capturedOutput } from "#test/captured-output.ts";
import { MEDIAN } from "#test/forge-answers.ts";
import { failing, PASSED, TESTS } from "#test/forge-run.ts";
import type { Draft } from "#tools/forge/draft.ts";
import type { BuildOptions, ForgeResult, Wish } from "#tools/forge/run.ts";
import { type ForgeCommand, runForge } from "./forge-command.ts";

const DELIVERED: ForgeResult = {
  outcome: "delivered",
  run: "run_1",
  name: "median",
  description: "Gives the median.",
  path: "/home/forge/run_1/median",
  next: "look at it",
  reasons: [],
  tests: TESTS,
  repairs: {},
  requests: 4,
  tokens: 900,
};
const DRAFT: Draft = {
  contract: {
    name: "median",
    description: "Gives the median.",
    language: "ts",
    input: {},
    output: {},
    failures: [],
    deterministic: true,
    capabilities: [],
    properties: [],
    asks: [],
  },
  cases: [],
  tests: MEDIAN.tests,
  code: "\u001b[2Jexport const run = 1;\n",
};

interface Ran {
  readonly exit: number | OrgError;
  readonly output: CapturedOutput;
  readonly asked: readonly string[];
  readonly wishes: readonly { readonly wish: Wish; readonly options: BuildOptions }[];
}

interface Given extends Partial<ForgeCommand> {
  readonly flags?: ReadonlyMap<string, string>;
  /** What the human types; absent: there is no terminal. */
  readonly answers?: readonly (string | undefined)[];
  readonly result?: ForgeResult;
}

async function run({ answers, result = DELIVERED, ...given }: Given): Promise<Ran> {
  const output = capturedOutput();
  const asked: string[] = [];
  const wishes: { wish: Wish; options: BuildOptions }[] = [];
  const command: ForgeCommand = {
    flags: new Map(),
    build: async (wish, options) => {
      wishes.push({ wish, options });
      const step = { run: "run_1", stage: "spec", round: 0 } as const;
      options.onEvent?.({ type: "stage-end", ...step, ok: true, ms: 1200 });
      for (const kind of ["validate", "deliver"] as const) {
        const yes = await options.confirm?.({ kind, draft: DRAFT, report: PASSED });
        if (yes === false) return { ...result, outcome: "declined" };
      }
      return result;
    },
    judge: async (_path, onStage) => {
      const report = failing("oracle", "case 1: input 1 · got \u001b[31m2");
      for (const stage of report.stages) onStage(stage);
      return { name: "median", ...report };
    },
    ask:
      answers &&
      (async (question) => {
        asked.push(question);
        return answers[asked.length - 1];
      }),
    logs: "/home/logs",
    output,
    cleaner: new TextCleaner(),
    signal: new AbortController().signal,
    ...given,
  };
  const exit = await runForge(command).catch((error: unknown) => {
    if (error instanceof OrgError) return error;
    throw error;
  });
  return { exit, output, asked, wishes };
}

const flags = (given: Readonly<Record<string, string>>) => new Map(Object.entries(given));
const goal = { goal: "the median of numbers" };

describe("org forge --goal", () => {
  test("asks nothing, tells each stage with its time, and prints the folder", async () => {
    const ran = await run({ flags: flags({ ...goal, lang: "python" }), answers: [] });
    expect([ran.exit, ran.asked]).toEqual([0, []]);
    expect(ran.output.stdout).toBe("/home/forge/run_1/median\n");
    expect(ran.output.stderr).toStartWith("✔ spec 1.2 s\n✔ median is delivered: 11 cases");
    expect(ran.wishes[0]?.wish).toEqual({ ...goal, language: "python", name: undefined });
  });

  test("shows what the tool makes of unusual input, cleaned, and how to say what is meant", async () => {
    const unusual = ['{"title":"A, b!"} → "a,-b!\u001b[31m"'];
    const { output } = await run({ flags: flags(goal), result: { ...DELIVERED, unusual } });
    expect(output.stderr).toContain('  Of unusual input it makes: {"title":"A, b!"} → "a,-b!"\n');
    expect(output.stderr).toContain("give an example in the goal");
  });

  test("prints events alone with --json", async () => {
    const { exit, output } = await run({ flags: flags({ ...goal, json: "" }) });
    expect([exit, output.stderr]).toEqual([0, ""]);
    expect(JSON.parse(output.stdout)).toMatchObject({ type: "stage-end", stage: "spec" });
  });

  test("says why a tool was refused, and where to read more", async () => {
    const result = {
      ...DELIVERED,
      outcome: "refused",
      reasons: ["The stage spec failed"],
    } as const;
    const ran = await run({ flags: flags(goal), result });
    const text = explain(ran.exit);
    expect(text).toStartWith("The tool was not built [FORGE_REFUSED]\nThe stage spec failed\n");
    expect(ran.exit).toMatchObject({
      why: "The stage spec failed",
      remedies: [
        "say in the goal what goes in, what comes out and what can fail",
        'org forge --goal "…" --rounds 6',
        'org forge --goal "…" --model NAME',
        "read the requests and answers: /home/logs/run_1.jsonl",
      ],
      unchanged: "Nothing was delivered.",
    });
    expect((await run({ flags: flags({ ...goal, json: "" }), result })).exit).toBe(1);
  });

  test("hands over to who can promote, and else says that it cannot", async () => {
    const promoting = flags({ ...goal, promote: "" });
    const promote: ForgeCommand["promote"] = async (path) => ({
      outcome: "promoted",
      text: `merged ${path}`,
    });
    const promoted = await run({ flags: promoting, promote });
    expect(promoted.output.stderr).toEndWith("merged /home/forge/run_1/median\n");
    const alone = await run({ flags: promoting });
    expect(alone.exit).toBe(0);
    expect(alone.output.stderr).toEndWith(
      "\n! It was not promoted: this home is not a Git checkout. The tool stays in its folder.\n",
    );
  });

  test.each([
    ["0", 0],
    ["20", 20],
    [undefined, undefined],
  ])("hands --rounds %p and the name on", async (rounds, handed) => {
    const given = { ...goal, goal: " the median ", name: "mid", ...(rounds && { rounds }) };
    const { wishes } = await run({ flags: flags(given) });
    expect(wishes).toHaveLength(1);
    expect(wishes[0]?.wish).toEqual({ goal: "the median", language: undefined, name: "mid" });
    expect(wishes[0]?.options).toMatchObject({ rounds: handed, confirm: undefined });
    expect(wishes[0]?.options.signal).toBeInstanceOf(AbortSignal);
  });

  test("tells what was delivered without figures, and with what is to be done next", async () => {
    const { tests: _tests, ...result } = DELIVERED;
    const { output } = await run({ flags: flags(goal), result });
    expect(output.stderr).toBe("✔ spec 1.2 s\n✔ median is delivered\n→ look at it\n");
  });

  test("a promotion that was reverted ends with 1, and says why", async () => {
    const note = "it answers \u001b[2J no more";
    const promote: ForgeCommand["promote"] = async () => ({
      ...{ outcome: "reverted", tag: "promotion/1", note, text: `reverted: ${note}` },
    });
    const told = await run({ flags: flags({ ...goal, promote: "" }), promote });
    expect([told.exit, told.output.stderr]).toEqual([1, expect.stringContaining("reverted: it")]);
    expect(told.output.stderr).not.toContain("\u001b[2J");
  });

  test("what became of a promotion is the last line of --json", async () => {
    const promoting = flags({ ...goal, promote: "", json: "" });
    const outcome = { outcome: "reverted", tag: "promotion/1", note: "no answer" } as const;
    const told = await run({
      flags: promoting,
      promote: async () => ({ ...outcome, text: "for a person" }),
    });
    const line = JSON.parse(told.output.stdout.trim().split("\n").at(-1) ?? "");
    expect([told.exit, told.output.stderr]).toEqual([1, "for a person\n"]);
    const about = { type: "promotion", run: "run_1", path: "/home/forge/run_1/median" };
    expect(line).toEqual({ ...about, ...outcome });
    const alone = await run({ flags: promoting });
    const last = JSON.parse(alone.output.stdout.trim().split("\n").at(-1) ?? "");
    expect([alone.exit, last]).toEqual([0, { ...about, outcome: "unavailable" }]);
  });

  test.each([
    [{ ...goal, rounds: "many" }, "--rounds is a whole number from 0 to 20"],
    [{ ...goal, rounds: "21" }, "--rounds is a whole number from 0 to 20"],
    [{ ...goal, rounds: "-1" }, "--rounds is a whole number from 0 to 20"],
    [{ from: "x", promote: "" }, "--promote cannot be combined with --from"],
    [{ from: "x", rounds: "1" }, "--rounds cannot be combined with --from"],
    [{ from: "x", lang: "ts" }, "--lang cannot be combined with --from"],
    [{ from: "x", name: "y" }, "--name cannot be combined with --from"],
    [{ goal: " " }, "--goal is empty"],
    [{ from: "x", goal: "y" }, "--goal cannot be combined with --from"],
    [{}, "There is no goal"],
  ])("is refused with %j", async (given, message) => {
    const { exit } = await run({ flags: flags(given) });
    expect(exit).toMatchObject({
      ...{ code: "USAGE", message: expect.stringContaining(message) },
      why:
        message === "There is no goal"
          ? "without a terminal org cannot ask you for one"
          : undefined,
      remedies: ['org forge --goal "the median of a list of numbers"', "org help forge"],
      unchanged: "Nothing was done.",
    });
  });
});

describe("org forge", () => {
  test("asks for goal, model and language, shows what was made, and asks before it goes on", async () => {
    const answers = [" the median ", "big", "PYTHON", "y", "yes"];
    const ran = await run({ answers });
    expect([ran.exit, ran.asked.length]).toEqual([0, 5]);
    expect(ran.wishes[0]).toMatchObject({
      wish: { goal: "the median", language: "python" },
      options: { model: "big" },
    });
    for (const name of ["spec.json", "cases.json", "tool.ts", "tool.test.ts"]) {
      expect(ran.output.stderr).toContain(`── ${name}\n`);
    }
    expect(ran.output.stderr).not.toContain("\u001b");
  });

  test("asks again for a language that it does not know", async () => {
    const ran = await run({ answers: ["the median", "", "rust", "ts", "", ""] });
    expect(ran.wishes[0]?.wish.language).toBe("ts");
    const language = "Language, ts or python (Enter: what suits the model): ";
    expect(ran.asked).toEqual([
      ...["What should the tool do? ", "Model (Enter: the usual one): ", language, language],
      ...["Validate it in the sandbox? [Y/n] ", "Hand it over as a candidate? [Y/n] "],
    ]);
  });

  test("leaves the language to the forge when the human does not say one", async () => {
    const ran = await run({ answers: ["the median", "", "", "", ""] });
    expect(ran.wishes[0]?.wish).toEqual(expect.objectContaining({ language: undefined }));
  });

  test.each([
    ["Esc for the goal", [undefined]],
    ["no goal", [""]],
    ["n for the model", ["the median", "n"]],
    ["Esc for the language", ["the median", "", undefined]],
    ["n before it is validated", ["the median", "", "", "n"]],
    ["Esc before it is handed over", ["the median", "", "", "y", undefined]],
    ["anything else than yes", ["the median", "", "", "hm"]],
  ])("goes no further after %s", async (_what, answers) => {
    const ran = await run({ answers });
    expect([ran.exit, ran.asked.length]).toEqual([1, answers.length]);
    expect(ran.output.stderr).toEndWith("Nothing was delivered.\n");
    expect(ran.output.stdout).toBe("");
  });
});

describe("org forge --from", () => {
  test("prints each stage with what it found, cleaned", async () => {
    const { exit, output } = await run({ flags: flags({ from: "dir" }) });
    expect(exit).toBe(1);
    expect(output.stdout).toBe("✘ median is refused\n");
    expect(output.stderr).toContain("✘ oracle 0.0 s: case 1");
    const stage = { stage: "oracle", ok: true, ms: 1250, details: ["2 cases"] } as const;
    const judge: ForgeCommand["judge"] = async (_path, onStage) => {
      onStage(stage);
      return { name: "median", ...PASSED };
    };
    const slow = await run({ flags: flags({ from: "dir" }), judge });
    expect(slow.output.stderr).toBe("✔ oracle 1.3 s\n    2 cases\n");
    expect(output.stderr).not.toContain("\u001b");
  });

  test("prints the report with --json, and the figures of what passes", async () => {
    const judge = async () => ({ name: "median", ...PASSED });
    const json = await run({ flags: flags({ from: "dir", json: "" }), judge });
    expect(JSON.parse(json.output.stdout)).toEqual({ name: "median", ...PASSED });
    const { exit, output } = await run({ flags: flags({ from: "dir" }), judge });
    expect([exit, output.stdout]).toEqual([0, expect.stringContaining("90 % of 20 mutants")]);
  });
});
