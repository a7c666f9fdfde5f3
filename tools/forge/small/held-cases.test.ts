/** What a judge leaves to a human: programs that agree say what is right there, and what they differ on stays a human's. */
import { expect, test } from "bun:test";
import { casesOf, homeOfEachTest, PASSED, type Ran, type Script } from "#test/forge-run.ts";
import {
  contractAnswer,
  MEDIAN_BY_MODULE,
  MEDIAN_BY_SORTING,
  MEDIAN_INPUTS,
  programAnswer,
  SMALL_MEDIAN,
} from "#test/small-answers.ts";
import type { ToolReport } from "../../contract/validation.ts";

const home = homeOfEachTest();

async function forge(script: Script): Promise<Ran> {
  return await home.forge({ isSmall: true, wish: { goal: "the median" }, ...script });
}

function holding(...inputs: readonly unknown[]): ToolReport {
  const held = inputs.map((input, index) => {
    return { text: `line ${index}`, message: `line ${index} is true in no case`, input };
  });
  return { ...PASSED, held };
}

const UNSHOWN = { numbers: [70, 10, 30, 90] };
const CASE = { input: UNSHOWN, output: { median: 50 } };

test("an input of which no case says anything becomes a case, without a request", async () => {
  const ran = await forge({ answers: SMALL_MEDIAN, reports: [holding(UNSHOWN), PASSED] });
  expect(ran.result).toMatchObject({ outcome: "delivered", requests: 4 });
  expect(ran.result.repairs["cases-for-held"]).toBe(1);
  expect(casesOf(ran)).toContainEqual(CASE);
});

test("what is held for other inputs then is shown as well, for three rounds at most", async () => {
  const reports = [1, 2, 3, 4, 5].map((x) => holding({ numbers: [x * 100, x * 100 + 2] }));
  const ran = await forge({ answers: SMALL_MEDIAN, reports });
  expect(ran.result.repairs["cases-for-held"]).toBe(3);
  expect(ran.folders).toHaveLength(4);
});

test("what its programs differ on, a further one decides", async () => {
  const odd = programAnswer(`def median(numbers):
    numbers = sorted(numbers)
    if numbers[0] == 10:
        return 0
    return (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2`);
  const ran = await forge({
    answers: [contractAnswer(), MEDIAN_INPUTS, MEDIAN_BY_SORTING, odd, MEDIAN_BY_MODULE],
    reports: [holding(UNSHOWN), PASSED],
  });
  expect(casesOf(ran)).toContainEqual(CASE);
});

test("an input that no case may have, or that no person would read, is left to a human", async () => {
  const long = { numbers: Array.from({ length: 200 }, (_, x) => x) };
  const ran = await forge({
    answers: SMALL_MEDIAN,
    reports: [holding({ numbers: "x" }, long, undefined)],
  });
  expect(ran.result.repairs["cases-for-held"]).toBeUndefined();
  expect(ran.folders).toHaveLength(1);
});

test("a tool that passed stays, where one with more cases does not pass", async () => {
  const failed = { ok: false, ms: 1, reason: "case 1: no", details: ["case 1: no"] };
  const refused: ToolReport = {
    ok: false,
    stages: [{ stage: "oracle", ...failed }],
    capabilities: [],
  };
  const ran = await forge({
    answers: SMALL_MEDIAN,
    reports: [holding(UNSHOWN), refused],
    rounds: 0,
  });
  expect(ran.result.outcome).toBe("delivered");
  expect(ran.result.tests).toMatchObject({ cases: 11 });
});
