/** The decisions alone; test/validate-tool-depth.e2e.test.ts runs real tests and mutants. */
import { expect, test } from "bun:test";
import { judgeQuality } from "./test-quality.ts";
import { coverageOf, isGreen, notGreen, notTheSame, type TestRun } from "./test-run.ts";

const TESTS = { name: "tool.test.ts", source: "" };
const COUNTS = { tests: 4, failures: 0, skipped: 0, assertions: 5 };
const LINES = [
  { file: "tool.ts", ran: [1, 2, 3], all: [1, 2, 3, 5] },
  { file: "words.ts", ran: [4], all: [4] },
];
const GREEN = { exit: 0, log: "all well", counts: COUNTS, lines: LINES };
const OWN = { finding: undefined, coverage: 0.9, missedLines: ["line 5"] };
const NOTHING_CHANGED = { influences: [], counts: { cases: 8, near: [24, 12] } };
const MUTATION = {
  mutants: 10,
  killed: 7,
  survivors: ["line 1: a → b"],
  twinProblems: [],
  ...NOTHING_CHANGED,
};

const failed = (counts: Partial<typeof COUNTS>, exit = 1): TestRun => ({
  ...GREEN,
  exit,
  counts: { ...COUNTS, ...counts },
});

test("tests that ran, passed and asserted speak for a tool", () => {
  expect(notGreen(GREEN, TESTS)).toBeUndefined();
  expect(isGreen(GREEN)).toBe(true);
});

test.each([
  ["that fail", failed({ failures: 2 }), "2 of its 4 tests fail"],
  ["that are skipped", failed({ skipped: 1 }, 0), "1 of its tests are skipped"],
  ["that are none", failed({ tests: 0 }, 0), "tool.test.ts holds no test"],
  ["that assert nothing", failed({ assertions: 0 }, 0), "Its tests assert nothing"],
  ["that cannot be run", failed({}), "Its tests cannot be run"],
  [
    "that end the runner",
    { exit: 0, log: "" },
    "Its tests ended the runner (exit code 0) before it had counted them",
  ],
  ["that never end", { stopped: "cpu" }, "Its tests were stopped: cpu"],
])("tests %s do not", (_name, run, reason) => {
  expect(notGreen(run, TESTS)?.reason).toBe(reason);
});

test("properties of fast-check assert by themselves", () => {
  const property = { ...TESTS, source: "fc.assert(fc.property(fc.nat(), (n) => n >= 0));" };
  expect(notGreen(failed({ assertions: 0 }, 0), property)).toBeUndefined();
});

test("what was not counted is not green", () => {
  expect(isGreen(undefined)).toBe(false);
  expect(isGreen({ exit: 0, log: "" })).toBe(false);
  expect(isGreen(failed({ failures: 1 }, 0))).toBe(false);
});

test("tests that notice a comment look at the source", () => {
  expect(notTheSame(GREEN)).toBeUndefined();
  expect(notTheSame(failed({ failures: 1 }))?.reason).toContain("with a comment");
  expect(notTheSame({ stopped: "wall" })?.details.length).toBe(1);
});

test("a log is told without times, and without lines that cannot be read", () => {
  const log = `(pass) a [0.18ms]\n${"x".repeat(5000)}\nRan 4 tests in 0.12s [5.00ms]`;
  const [told = ""] = notGreen({ ...failed({ failures: 1 }), log }, TESTS)?.details ?? [];
  expect(told).toStartWith("(pass) a\n");
  expect(told).toEndWith("Ran 4 tests");
  expect(told.length).toBeLessThan(300);
});

test("coverage is the part of the lines that ran", () => {
  expect(coverageOf(GREEN)).toEqual({ coverage: 0.8, missedLines: ["line 5"] });
  expect(coverageOf({})).toEqual({ coverage: 0, missedLines: [] });
});

test("tells the figures of what passes", () => {
  expect(judgeQuality(OWN, MUTATION, { cases: 3 })).toEqual({
    cases: 3,
    passed: 3,
    coverage: 0.9,
    mutationScore: 0.7,
    mutants: 10,
  });
});

test("needs 80 % of the lines and 60 % of the mutants, no less", () => {
  expect(
    judgeQuality({ ...OWN, coverage: 0.8 }, { ...MUTATION, killed: 6 }, { cases: 1 }),
  ).not.toHaveProperty("reason");
  expect(judgeQuality({ ...OWN, coverage: 0.799 }, MUTATION, { cases: 1 })).toEqual({
    reason: "Cases and tests reach 79 % of its lines; 80 % are needed",
    details: ["never run: line 5"],
  });
  const survivors = Array.from({ length: 14 }, (_, line) => `line ${line}: a → b`);
  const finding = judgeQuality(
    OWN,
    { ...MUTATION, mutants: 20, killed: 6, survivors },
    { cases: 1 },
  );
  expect(finding).toMatchObject({
    reason: "Its cases notice 6 of 20 small mistakes (30 %); 60 % are needed",
  });
  expect(finding).toMatchObject({
    details: expect.arrayContaining(["no case notices line 0: a → b", "and 2 more"]),
  });
});

test("a killed mutant means nothing where the same program in other words fails as well", () => {
  expect(
    judgeQuality(OWN, { ...MUTATION, twinProblems: ["input 1 gave 2"] }, { cases: 1 }),
  ).toMatchObject({
    details: ["input 1 gave 2"],
  });
});

test("a program without anything to change proves nothing", () => {
  expect(judgeQuality(OWN, { ...MUTATION, mutants: 0, killed: 0 }, { cases: 1 })).toHaveProperty(
    "reason",
  );
});

test("a tool that needs an environment may leave more unnoticed", () => {
  const mutation = { ...MUTATION, killed: 4 };
  expect(judgeQuality(OWN, mutation, { cases: 1, least: 0.4 })).not.toHaveProperty("reason");
  expect(judgeQuality(OWN, mutation, { cases: 1 })).toHaveProperty("reason");
});
