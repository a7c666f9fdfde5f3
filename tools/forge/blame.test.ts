import { describe, expect, test } from "bun:test";
import type { StageReport, ToolReport } from "../contract/validation.ts";
import { blameFor, type Failure, type Verdict } from "./blame.ts";
import { forTheCases, forTheProgram } from "./feedback.ts";

function refused(stage: StageReport["stage"], reason: string, ...details: string[]): ToolReport {
  return { ok: false, stages: [{ stage, ok: false, ms: 1, reason, details }], capabilities: [] };
}

/** What comes of the same report, again and again. */
function blames(report: ToolReport, times: number): Verdict[] {
  const past: Failure[] = [];
  for (let round = 0; round < times; round += 1) {
    past.push({ report, verdict: blameFor(report, past) });
  }
  return past.map(({ verdict }) => verdict);
}

const names = (verdicts: readonly Verdict[]) => verdicts.map(({ blamed }) => blamed);

describe("the blame", () => {
  test("is the program's first, then a case's, once", () => {
    const verdicts = blames(refused("oracle", "Wrong answer", "case 2: input 1 · got 2"), 6);
    expect(names(verdicts)).toEqual(["code", "code", "cases", "code", "code", "code"]);
    expect(verdicts[2]?.wrongCases).toEqual([1]);
  });

  test("is no case's when each program fails at another one", () => {
    const past: Failure[] = [];
    for (const number of [1, 2, 3, 4]) {
      const report = refused("oracle", "Wrong answer", `case ${number}: input 1`);
      past.push({ report, verdict: blameFor(report, past) });
    }
    expect(names(past.map(({ verdict }) => verdict))).toEqual(["code", "code", "code", "code"]);
  });

  test("is the program's first, then the tests', once, when they fail on it", () => {
    const report = refused("test-quality", "1 of its 4 tests fail", "(fail) adds");
    expect(names(blames(report, 4))).toEqual(["code", "code", "tests", "code"]);
  });

  test.each([
    "Its tests also pass on a program that does nothing",
    "Its tests assert nothing",
    "2 of its tests are skipped",
    "tool.test.ts holds no test",
  ])("is the tests' where they prove nothing: %s", (reason) => {
    expect(blameFor(refused("test-quality", reason), []).blamed).toBe("tests");
  });

  test("is by turns the cases' and the program's where mistakes come through", () => {
    const report = refused("test-quality", "Its cases notice 2 of 9 small mistakes (22 %)");
    expect(names(blames(report, 4))).toEqual(["cases", "code", "cases", "code"]);
  });

  test("is the program's where its answers depend on its looks", () => {
    const report = refused("test-quality", "It answers otherwise with a comment and another name");
    expect(blameFor(report, []).blamed).toBe("code");
  });

  test.each([
    ["spec.json:3", "spec"],
    ["cases.json", "cases"],
    ["tool.test.ts:9", "tests"],
    ["test_tool.py:9", "tests"],
    ["tool.ts:4", "code"],
  ])("of what stands in %s is of the %s", (file, blamed) => {
    expect(blameFor(refused("static", "refused", `says too much (${file})`), []).blamed).toBe(
      blamed as Verdict["blamed"],
    );
  });
});

describe("what is told", () => {
  test("of failed tests is what they expected, and not how they look", () => {
    const log = [
      "12 | test('adds', async () => {",
      "13 |   expect(await run(secret)).toBe(3);",
      "error: expect(received).toBe(expected)",
      "Expected: 3",
      "Received: 4",
      "(fail) adds",
    ].join("\n");
    const feedback = forTheProgram(refused("test-quality", "1 of its 4 tests fail", log), {
      cases: [],
      code: "",
    });
    expect(feedback).toContain("Expected: 3");
    expect(feedback).toContain("(fail) adds");
    expect(feedback).not.toContain("run(secret)");
  });

  test("of what a program may not use is the line, and that it is to go", () => {
    const code = "import time\n\ndef run(args, ctx):\n    return time.time()\n";
    const complaint = 'uses time.time, which needs the capability "clock"';
    const detail = `${complaint} (tool.py:4)`;
    const feedback = forTheProgram(refused("static", detail, detail), { cases: [], code });
    expect(feedback.split("\n")).toEqual([
      "static: it was refused",
      `- ${complaint} in the line: return time.time()`,
      expect.stringContaining("Delete what is named here"),
    ]);
  });

  test("quotes the lines that no example reaches: the model that wrote a part of the file does not know their numbers", () => {
    const code = "def f(x):\n    if x > 9:\n        raise Failure('BIG')\n    return x";
    const reason = "Cases and tests reach 70 % of its lines; 80 % are needed";
    const report = refused("test-quality", reason, "never run: line 3");
    const feedback = forTheProgram(report, { cases: [], code });
    expect(feedback).toContain(
      "never run for any input: raise Failure('BIG'); leave out what nothing",
    );
  });

  test("of a wrong answer is its input once", () => {
    const detail = 'case 1: input {"n":1} · expected {"n":2} · got {"n":1}';
    const reason = 'Wrong answer: case 1: input {"n":1} (and 2 more)';
    const feedback = forTheProgram(refused("oracle", reason, detail), { cases: [], code: "" });
    expect(feedback).toBe(`oracle: Wrong answer\n- ${detail}`);
  });

  test("of a long report is its beginning", () => {
    const report = refused(
      "static",
      "no",
      ..."x"
        .repeat(99)
        .split("")
        .map(() => "y".repeat(99)),
    );
    expect(forTheProgram(report, { cases: [], code: "" }).length).toBeLessThanOrEqual(4000);
    expect(forTheCases(report)).toBe("no");
  });
});
