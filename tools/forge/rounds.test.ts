import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { MEDIAN, RIGHT_AT_ONCE } from "#test/forge-answers.ts";
import { blamed, casesOf, failing, homeOfEachTest, PASSED, promptText } from "#test/forge-run.ts";
import { contractSchema } from "../contract/spec.ts";
import type { ToolReport } from "../contract/validation.ts";
import { casesStage } from "./cases-stage.ts";
import { specStage } from "./spec-stage.ts";

const home = homeOfEachTest();

describe("the shape of an answer", () => {
  test("is wished for in every phase, and again in every repair round", async () => {
    const { shapes, result } = await home.forge({
      answers: ["no contract", ...RIGHT_AT_ONCE, MEDIAN.code],
      reports: [failing("oracle", "case 1: input {} · expected 1 · got 2"), PASSED],
    });
    expect(shapes).toEqual(["contract", "contract", "cases", "file", "file", "file"]);
    expect(result.outcome).toBe("delivered");
  });

  test("of a file is the list of its lines", async () => {
    const [, program = ""] = /^```ts\n([\s\S]*)```$/.exec(MEDIAN.code) ?? [];
    const lines = JSON.stringify({ lines: program.trimEnd().split("\n") });
    const { folders, result } = await home.forge({
      answers: [...RIGHT_AT_ONCE.slice(0, 3), lines],
    });
    expect(folders[0]?.files.get("tool.ts")).toBe(program);
    expect(result.repairs).toEqual({});
  });

  test("of a list has an end, and every answer a length", async () => {
    const { limits } = await home.forge({ answers: RIGHT_AT_ONCE });
    for (const limit of limits) expect(limit).toBeLessThanOrEqual(12_000);
    expect(limits).toHaveLength(4);
    const cases = casesStage(contractSchema.parse(JSON.parse(jsonOf(MEDIAN.spec)))).shape.schema;
    expect(cases).toMatchObject({ properties: { cases: { maxItems: 12 } } });
  });

  test("has the fields of a contract, and those that it must have", () => {
    const { properties, required } = z.toJSONSchema(contractSchema, { io: "input" });
    const shape = specStage({ goal: "x", language: "ts" }, []).shape.schema;
    expect(Object.keys(shape["properties"] ?? {})).toEqual(Object.keys(properties ?? {}));
    expect(shape["required"]).toEqual(expect.arrayContaining([...(required ?? [])]));
  });
});

const jsonOf = (answer: string): string => answer.replace(/^```json\n|\n```$/g, "");

describe("what a model may write in a run", () => {
  test("ends it with the reason, and no answer is asked for that it does not cover", async () => {
    const { result, limits } = await home.forge({
      answers: Array<string>(20).fill("x".repeat(400)),
      maxTokens: 260,
      rounds: 10,
    });
    expect(limits).toEqual([260, 160, 60]);
    expect(result).toMatchObject({
      outcome: "refused",
      reasons: ["the model has written 300 tokens in 3 answers; 260 are the most"],
      requests: 3,
      tokens: 300,
    });
  });

  test("is told with every phase", async () => {
    const { events, result } = await home.forge({ answers: RIGHT_AT_ONCE });
    const tokens = events.flatMap((event) =>
      event.type === "stage-end" && event.tokens !== undefined ? [event.tokens] : [],
    );
    expect(tokens).toHaveLength(4);
    expect(result.tokens).toBe(tokens.reduce((sum, one) => sum + one));
    expect(events.at(-1)).toMatchObject({ requests: 4, tokens: result.tokens });
  });

  test("and is cut off is told that it is too long", async () => {
    const { result } = await home.forge({ answers: [], rounds: 1, ask: cutAnswer });
    expect(result.reasons[1]).toContain("longer than 4000 tokens and was cut");
  });
});

const cutAnswer = async () => ({ text: '{"name": "a', tokens: 4000, isCut: true });

describe("the author", () => {
  test("cases and tests sees no program", async () => {
    const { prompts } = await home.forge({ answers: RIGHT_AT_ONCE });
    const [, cases, written] = prompts;
    expect(promptText(cases) + promptText(written)).not.toContain("toSorted");
  });

  test("the program sees neither the tests nor every third case", async () => {
    const { prompts } = await home.forge({ answers: RIGHT_AT_ONCE });
    const program = promptText(prompts[3]);
    expect(program).toContain('{"input":{"numbers":[3,1,2]}');
    for (const hidden of ["[10,9,8]", "[-5,-10,0]", "[100,20,3,50]"]) {
      expect(program).not.toContain(hidden);
    }
    expect(program).not.toContain("lies between the smallest");
  });

  test("the program again hears which case failed, unless it is a hidden one", async () => {
    const shown = 'case 2: input {"numbers":[4,1,3,2]} · expected {"median":2.5} · got 2';
    const hidden = 'case 3: input {"numbers":[10,9,8]} · expected {"median":9} · got 8';
    const { prompts } = await home.forge({
      answers: [...RIGHT_AT_ONCE, MEDIAN.code, MEDIAN.code],
      reports: [
        failing("oracle", hidden, shown),
        failing("oracle", `Wrong answer: ${hidden}`),
        PASSED,
      ],
    });
    const again = promptText(prompts[4]);
    expect(again).toContain(shown);
    expect(again).toContain("1 example that you cannot see");
    expect(again).not.toContain("[10,9,8]");
    expect(promptText(prompts[5])).not.toContain("[10,9,8]");
  });

  test("the program hears nothing of a hidden case whose input is cut short", async () => {
    const { prompts } = await home.forge({
      answers: [...RIGHT_AT_ONCE, MEDIAN.code],
      reports: [failing("oracle", 'case 3: input {"numbers":[10,9… · got 8'), PASSED],
    });
    expect(promptText(prompts[4])).not.toContain("[10,9");
  });

  test("the contract again changes its words, and no promise", async () => {
    const reworded = MEDIAN.spec
      .replace(/"description": "Gives[^"]*"/, '"description": "The median of a list of numbers."')
      .replace('"EMPTY"', '"NOTHING"');
    const { prompts, folders } = await home.forge({
      answers: [...RIGHT_AT_ONCE, reworded],
      reports: [failing("static", "description: judges other tools (spec.json:3)"), PASSED],
    });
    expect(promptText(prompts[4])).toContain("description: judges other tools (spec.json:3)");
    const contract = JSON.parse(folders[1]?.files.get("spec.json") ?? "");
    expect(contract.description).toBe("The median of a list of numbers.");
    expect(contract.failures).toMatchObject([{ code: "EMPTY" }]);
  });

  test("the tests again hears what is wrong with them, and sees no program", async () => {
    const { prompts, result } = await home.forge({
      answers: [...RIGHT_AT_ONCE, MEDIAN.tests],
      reports: [failing("static", 'imports "node:fs" (tool.test.ts:2)'), PASSED],
    });
    expect(promptText(prompts[4])).toContain('imports "node:fs" (tool.test.ts:2)');
    expect(promptText(prompts[4])).not.toContain("toSorted");
    expect(result.outcome).toBe("delivered");
  });

  test("more cases hears figures only: a mutant would show the program", async () => {
    const mutant = "survived: sorted.length / 2 became sorted.length * 2 (tool.ts:12)";
    const quality: ToolReport = {
      ok: false,
      capabilities: [],
      stages: [
        {
          stage: "test-quality",
          ok: false,
          ms: 1,
          reason: "the mutation score is 40 %",
          details: [mutant],
        },
      ],
    };
    const more =
      '```json\n{"cases": [{"input": {"numbers": [6, 6]}, "output": {"median": 6}}]}\n```';
    const { prompts, folders } = await home.forge({
      answers: [...RIGHT_AT_ONCE, more],
      reports: [quality, PASSED],
    });
    expect(promptText(prompts[4])).toContain("the mutation score is 40 %");
    expect(promptText(prompts[4])).not.toContain("sorted.length");
    expect(JSON.parse(folders[1]?.files.get("cases.json") ?? "").cases).toHaveLength(12);
  });
});

describe("a model that errs", () => {
  test("is told what is wrong with its contract before anything else is asked for", async () => {
    const bad = '```json\n{"name": "median", "description": "x"}\n```';
    const { prompts, result } = await home.forge({ answers: [bad, ...RIGHT_AT_ONCE] });
    expect(result.outcome).toBe("delivered");
    expect(promptText(prompts[1])).toContain("input");
    expect(prompts[1]?.at(-1)?.content).toStartWith("That cannot be used:");
  });

  test("is told of cases that break the contract or leave a failure out", async () => {
    const bad = '```json\n{"cases": [{"input": {"numbers": "x"}, "output": {"median": 1}}]}\n```';
    const { prompts } = await home.forge({
      answers: [MEDIAN.spec, bad, ...RIGHT_AT_ONCE.slice(1)],
    });
    const prompt = prompts[2]?.at(-1)?.content ?? "";
    expect(prompt).toContain("does not fit the contract");
    expect(prompt).toContain("no case expects the failure EMPTY");
    expect(prompt).toContain("write at least 6");
  });

  test("has its almost right code mended, by name and counted", async () => {
    const almost = MEDIAN.code
      .replace('import { z } from "zod";\n', "")
      .replace("export async function run", "export default async function run");
    const { result, events } = await home.forge({
      answers: [...RIGHT_AT_ONCE.slice(0, 3), `Here you are:\n${almost}`],
    });
    expect(result.repairs).toEqual({ "prose-cut": 1, "default-export": 1, "import-completed": 1 });
    expect(events.filter(({ type }) => type === "repair")).toHaveLength(3);
    const path = join(home.path, "forge", "run_1", "median", "tool.ts");
    expect(readFileSync(path, "utf8")).toContain("export async function run");
  });

  test("and mends its program is done", async () => {
    const wrong = failing("oracle", "case 1: input {} · expected 1 · got 2");
    const ran = await home.forge({
      answers: [...RIGHT_AT_ONCE.slice(0, 3), MEDIAN.wrongCode, MEDIAN.code],
      reports: [wrong, PASSED],
    });
    expect(ran.result.outcome).toBe("delivered");
    expect(blamed(ran)).toEqual(["code"]);
    expect(ran.folders[1]?.files.get("tool.ts")).toContain("(a, b) => a - b");
  });

  test("and never gets right ends after its rounds with the reasons, and nothing is left", async () => {
    const wrong = failing("static", "uses `process` (tool.ts:3)");
    const ran = await home.forge({
      answers: [...RIGHT_AT_ONCE, ...Array<string>(9).fill(MEDIAN.code)],
      reports: [wrong],
    });
    expect(ran.result).toMatchObject({
      outcome: "refused",
      reasons: ["The stage validation failed", expect.any(String), "uses `process` (tool.ts:3)"],
    });
    expect(ran.folders).toHaveLength(4);
    expect(home.delivered()).toEqual([]);
  });

  test("and never says JSON ends after as many rounds as were allowed", async () => {
    const { result, prompts } = await home.forge({ answers: [], rounds: 1 });
    expect(result.reasons).toEqual(["The stage spec failed", expect.stringContaining("not JSON")]);
    expect(prompts).toHaveLength(2);
  });
});

describe("a case that refuses two mended programs", () => {
  const stubborn = failing("oracle", 'case 4: input {"numbers":[7]} · expected 8 · got 7');
  const answers = [...RIGHT_AT_ONCE, MEDIAN.code, MEDIAN.code];
  const corrected =
    '```json\n{"verdict": "correct", "case": {"input": {"numbers": [7]}, "output": {"median": 7}}}\n```';

  test("is looked at again, with the contract and without any result", async () => {
    const ran = await home.forge({
      answers: [...answers, corrected],
      reports: [stubborn, stubborn, stubborn, PASSED],
    });
    expect(blamed(ran)).toEqual(["code", "code", "cases"]);
    const prompt = promptText(ran.prompts.at(-1));
    expect(prompt).toContain('{"input":{"numbers":[7]},"output":{"median":7}}');
    expect(prompt).not.toContain("got 7");
    expect(prompt).not.toContain("toSorted");
    expect(ran.result.outcome).toBe("delivered");
  });

  test("goes when the contract says nothing of it", async () => {
    const ran = await home.forge({
      answers: [...answers, '```json\n{"verdict": "drop"}\n```'],
      reports: [stubborn, stubborn, stubborn, PASSED],
    });
    expect(casesOf(ran)).toHaveLength(10);
  });

  test("is looked at once", async () => {
    const ran = await home.forge({
      answers: [...answers, '```json\n{"verdict": "keep"}\n```', MEDIAN.code],
      reports: [stubborn],
    });
    expect(blamed(ran)).toEqual(["code", "code", "cases", "code"]);
    expect(ran.result.outcome).toBe("refused");
  });
});
