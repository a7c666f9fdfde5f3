/** What the user says that comes out, in the way of a larger model. */
import { describe, expect, test } from "bun:test";
import { RIGHT_AT_ONCE } from "#test/forge-answers.ts";
import { blamed, casesOf, failing, homeOfEachTest, PASSED, promptText } from "#test/forge-run.ts";

const home = homeOfEachTest();

const [CONTRACT = "", CASES = "", TESTS = "", CODE = ""] = RIGHT_AT_ONCE;
const wishOf = (goal: string) => ({ goal, language: "ts" as const });

describe("an example in the goal", () => {
  test("is the first case, in place of another one with the same input", async () => {
    const ran = await home.forge({
      answers: RIGHT_AT_ONCE,
      wish: wishOf("the median: median([3, 1, 2]) is 2, and [6, 6] -> 6"),
    });
    const cases = casesOf(ran);
    expect(cases.slice(0, 2)).toEqual([
      { input: { numbers: [3, 1, 2] }, output: { median: 2 } },
      { input: { numbers: [6, 6] }, output: { median: 6 } },
    ]);
    expect(new Set(cases.map(({ input }) => JSON.stringify(input))).size).toBe(cases.length);
    expect(cases).toHaveLength(12);
  });

  test("that does not fit the contract is told before anything else is asked for", async () => {
    const ran = await home.forge({
      answers: [CONTRACT, CONTRACT],
      rounds: 1,
      wish: wishOf('median([3, 1, 2]) is "two"'),
    });
    expect(ran.result).toMatchObject({ outcome: "refused", requests: 2 });
    expect(promptText(ran.prompts[1])).toContain('example median([3, 1, 2]) is "two" does not fit');
  });

  test("is not looked at again when it refuses every program", async () => {
    const refused = failing("oracle", 'case 1: input {"numbers":[3,1,2]} · expected 2 · got 3');
    const ran = await home.forge({
      answers: [CONTRACT, CASES, TESTS, CODE, CODE, CODE, CODE],
      reports: [refused, refused, refused, PASSED],
      wish: wishOf("median([3, 1, 2]) is 2"),
    });
    expect(blamed(ran)).toEqual(["code", "code", "cases"]);
    expect(ran.shapes.filter((name) => name === "verdict")).toEqual([]);
    expect(casesOf(ran)[0]).toEqual({ input: { numbers: [3, 1, 2] }, output: { median: 2 } });
  });
});
