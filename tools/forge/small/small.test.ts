/** The whole way of a small model, with the real sandbox; what judges at the end is of few words. */
import { describe, expect, test } from "bun:test";
import {
  blamed,
  casesOf,
  failing,
  fileOf,
  homeOfEachTest,
  PASSED,
  promptText,
  type Ran,
  type Script,
} from "#test/forge-run.ts";
import {
  contractAnswer,
  inputsAnswer,
  MEDIAN_BY_MODULE,
  MEDIAN_BY_SORTING,
  MEDIAN_INPUTS,
  MEDIAN_UNSORTED,
  programAnswer,
  SMALL_MEDIAN,
} from "#test/small-answers.ts";
import type { Contract } from "../../contract/spec.ts";

const home = homeOfEachTest();

async function forge(script: Script): Promise<Ran> {
  return await home.forge({ isSmall: true, wish: { goal: "the median" }, ...script });
}

function contractOf(ran: Ran): Contract {
  return JSON.parse(fileOf(ran, "spec.json"));
}
const codeOf = ({ folders }: Ran, at = -1) => folders.at(at)?.files.get("tool.py");
const agreements = ({ events }: Ran) =>
  events.flatMap((event) => (event.type === "check" && event.check === "agreement" ? [event] : []));

describe("a small model", () => {
  test("writes a contract, inputs and two programs in Python; their agreement is the cases", async () => {
    const ran = await forge({ answers: SMALL_MEDIAN });
    expect(ran.result).toMatchObject({ outcome: "delivered", name: "median", requests: 4 });
    expect(ran.shapes).toEqual(["contract", "inputs", "file", "file"]);
    expect(ran.result.unusual?.[0]).toContain("[-1,-5,2.5]");
    expect(Math.max(...ran.limits)).toBeLessThanOrEqual(500);
    expect(casesOf(ran)).toContainEqual({
      input: { numbers: [4, 1, 3, 2] },
      output: { median: 2.5 },
    });
    expect(codeOf(ran)).toEndWith(
      'def run(args, ctx):\n    return {"median": median(args["numbers"])}\n',
    );
  });

  test("sees no case while it writes the programs that decide them", async () => {
    const { prompts } = await forge({ answers: SMALL_MEDIAN });
    for (const prompt of prompts.slice(2)) expect(promptText(prompt)).not.toContain("[4,1,3,2]");
  });

  test("whose programs crash at nothing makes a tool that refuses nothing", async () => {
    const ran = await forge({ answers: SMALL_MEDIAN });
    expect(contractOf(ran).input).toMatchObject({ properties: { numbers: { minItems: 1 } } });
    expect(
      casesOf(ran).every(({ input }) => (input as { numbers: unknown[] }).numbers.length > 0),
    ).toBe(true);
    expect(ran.result.repairs["contract-narrowed"]).toBe(1);
  });

  test("whose programs differ writes a third one, and the majority is right", async () => {
    const ran = await forge({
      answers: [
        contractAnswer(),
        MEDIAN_INPUTS,
        MEDIAN_UNSORTED,
        MEDIAN_BY_SORTING,
        MEDIAN_BY_MODULE,
      ],
    });
    expect(agreements(ran).map(({ ok }) => ok)).toEqual([false, true]);
    expect(codeOf(ran)).toContain("sorted(numbers)");
    expect(ran.result.outcome).toBe("delivered");
  });

  test("whose programs never agree ends with the reason, after four of them", async () => {
    const other = (value: number) => programAnswer(`def median(numbers):\n    return ${value}`);
    const { result } = await forge({
      answers: [contractAnswer(), MEDIAN_INPUTS, ...[1, 2, 3, 4].map(other)],
    });
    expect(result).toMatchObject({ outcome: "refused", requests: 6 });
    expect(result.reasons).toContain(
      "4 programs that were written apart do not agree on what comes out",
    );
  });

  test("writes another program in the place of one that crashes for most inputs, mended or not", async () => {
    const broken = programAnswer("def median(numbers):\n    return numbers.middle()");
    const wrong = programAnswer("def median(numbers):\n    return 7");
    const programs = [broken, broken, MEDIAN_BY_SORTING, wrong, broken, broken];
    const ran = await forge({
      answers: [contractAnswer(), MEDIAN_INPUTS, ...programs, MEDIAN_BY_MODULE],
    });
    expect(ran.result).toMatchObject({ outcome: "delivered", requests: 9 });
    expect(casesOf(ran)).toContainEqual({ input: { numbers: [3, 1, 2] }, output: { median: 2 } });
  });

  test("whose first two programs differ at their own constants writes a third one, which decides", async () => {
    const contract = contractAnswer({
      name: "warm",
      description: "Says how many degrees above 20 a temperature is.",
      input: [{ name: "celsius", type: "number", description: "the temperature" }],
      output: [{ name: "degrees", type: "number", description: "how many" }],
    });
    const inputs = inputsAnswer(...[21, 25, 30, 35.5, 40, 22].map((celsius) => ({ celsius })));
    const program = (refused: string) =>
      programAnswer(`def warm(celsius):${refused}\n    return celsius - 20`);
    const refusing = program("\n    if celsius > 212:\n        raise Failure('TOO_WARM')");
    const ran = await forge({
      answers: [contract, inputs, refusing, program(""), program("\n    # by hand")],
    });
    expect(ran.result.requests).toBe(5);
    expect(casesOf(ran)).toContainEqual({ input: { celsius: 213 }, output: { degrees: 193 } });
    expect(codeOf(ran)).not.toContain("raise");
  });

  test("whose programs give None where there is nothing makes a tool that fails there", async () => {
    const none = (way: string) =>
      programAnswer(`def median(numbers):
    if not numbers:${way}
    numbers = sorted(numbers)
    return (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2`);
    const programs = [none(" return None"), none("\n        return")];
    const ran = await forge({ answers: [contractAnswer(), MEDIAN_INPUTS, ...programs] });
    expect(ran.result.repairs["none-fails"]).toBe(2);
    expect(casesOf(ran)).toContainEqual({ input: { numbers: [] }, error: "UNSUPPORTED_VALUE" });
  });

  test("whose programs agree to refuse nearly everything has no tool", async () => {
    const refusing = programAnswer(`def median(numbers):
    if len(numbers) > 1:
        raise ValueError('not supported')
    return 0`);
    const { result } = await forge({
      answers: [contractAnswer(), MEDIAN_INPUTS, ...Array<string>(4).fill(refusing)],
    });
    expect(result.outcome).toBe("refused");
  });

  test("whose third program never comes delivers what two agree on", async () => {
    const strange = programAnswer(`def median(numbers):
    if len(numbers) == 1:
        return 0
    numbers = sorted(numbers)
    return (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2`);
    const { result } = await forge({
      answers: [contractAnswer(), MEDIAN_INPUTS, MEDIAN_BY_SORTING, strange],
      rounds: 1,
    });
    expect(result).toMatchObject({ outcome: "delivered", requests: 6 });
  });

  test("that raises an error of its own makes a failure of it, which the contract then has", async () => {
    const raising = (error: string) =>
      programAnswer(`def median(numbers):
    if not numbers:
        raise ${error}
    numbers = sorted(numbers)
    return (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2`);
    const answers = [contractAnswer(), MEDIAN_INPUTS];
    const ran = await forge({
      answers: [...answers, raising('ValueError("The list is empty")'), raising("ValueError")],
    });
    expect(contractOf(ran).failures).toMatchObject([{ code: "UNSUPPORTED_VALUE" }]);
    expect(casesOf(ran)).toContainEqual({ input: { numbers: [] }, error: "UNSUPPORTED_VALUE" });
    expect(codeOf(ran)).toContain("class Failure(Exception)");
  });

  test("keeps a failure of its contract only where its program has it", async () => {
    const failures = [
      { code: "empty list", when: "the list is empty" },
      { code: "TOO_LONG", when: "the list is too long" },
    ];
    const raising = programAnswer(`def median(numbers):
    if not numbers:
        raise ValueError("empty list")
    numbers = sorted(numbers)
    return (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2`);
    const ran = await forge({
      answers: [contractAnswer({ failures }), MEDIAN_INPUTS, raising, raising],
    });
    expect(contractOf(ran).failures).toEqual([{ code: "EMPTY_LIST", when: "the list is empty" }]);
  });

  test("that writes no program at all is told what crashed, once", async () => {
    const broken = programAnswer("def median(numbers):\n    return numbers.middle()");
    const ran = await forge({
      answers: [contractAnswer(), MEDIAN_INPUTS, broken, MEDIAN_BY_SORTING, MEDIAN_BY_MODULE],
    });
    expect(promptText(ran.prompts[3])).toContain("AttributeError");
    expect(ran.result.outcome).toBe("delivered");
  });

  test("writes at most 3,000 tokens", async () => {
    const { result } = await forge({
      answers: Array<string>(100).fill(programAnswer("x".repeat(1600))),
      rounds: 50,
    });
    expect(result.reasons.join()).toContain("3000 are the most");
    expect(result.requests).toBeLessThan(9);
  });

  test("writes TypeScript in the usual way where the wish names it", async () => {
    const { shapes } = await forge({
      answers: [],
      rounds: 0,
      wish: { goal: "the median", language: "ts" },
    });
    expect(shapes).toEqual(["contract"]);
    const [start] = home.log();
    expect(start).toMatchObject({ language: "ts" });
  });
});

describe("a small model's tool that is refused", () => {
  const wrong = failing("oracle", 'case 1: input {"numbers":[3,1,2]} · expected 2 · got 3');

  test("becomes its other program first, without a request", async () => {
    const ran = await forge({ answers: SMALL_MEDIAN, reports: [wrong, PASSED] });
    expect(ran.result).toMatchObject({ outcome: "delivered", requests: 4 });
    expect(ran.result.repairs["other-program"]).toBe(1);
    expect([codeOf(ran, 0), codeOf(ran, 1)]).toEqual([
      expect.stringContaining("sorted(numbers)"),
      expect.stringContaining("statistics.median"),
    ]);
  });

  test("is mended by the model then, which hears what failed and keeps the cases", async () => {
    const ran = await forge({
      answers: [...SMALL_MEDIAN, MEDIAN_BY_SORTING],
      reports: [wrong, wrong, PASSED],
    });
    expect(promptText(ran.prompts[4])).toContain("expected 2 · got 3");
    expect(JSON.parse(ran.folders[0]?.files.get("cases.json") ?? "")).toEqual(
      JSON.parse(ran.folders[2]?.files.get("cases.json") ?? "x"),
    );
  });

  test("gets more cases that its programs agree on when mistakes come through", async () => {
    const weak = failing("test-quality", "Its cases notice 1 of 9 small mistakes");
    const ran = await forge({ answers: SMALL_MEDIAN, reports: [weak, PASSED] });
    expect(blamed(ran)).toEqual(["cases"]);
    expect(ran.result.requests).toBe(4);
    expect(casesOf(ran).length).toBeGreaterThan(10);
    expect(casesOf(ran)).toContainEqual({ input: { numbers: [2, 1, 3] }, output: { median: 2 } });
  });

  test("loses a case that refuses every program", async () => {
    const stubborn = failing(
      "oracle",
      'case 2: input {"numbers":[4,1,3,2]} · expected 2.5 · got 3',
    );
    const ran = await forge({
      answers: [...SMALL_MEDIAN, MEDIAN_BY_SORTING],
      reports: [stubborn, stubborn, stubborn, PASSED],
    });
    expect(blamed(ran)).toEqual(["code", "code", "cases"]);
    expect(casesOf(ran)).not.toContainEqual(
      expect.objectContaining({ input: { numbers: [4, 1, 3, 2] } }),
    );
  });

  test("keeps its examples alone when its tests are to blame", async () => {
    const blind = failing("test-quality", "Its tests were stopped");
    const { folders } = await forge({ answers: SMALL_MEDIAN, reports: [blind, PASSED] });
    expect(folders[0]?.files.get("test_tool.py")).toContain("@given");
    expect(folders[1]?.files.get("test_tool.py")).not.toContain("@given");
  });

  test("gets another description when its own was refused", async () => {
    const orders = failing("static", "description: gives its reader orders (spec.json:3)");
    const description = "Gives the median of a list of numbers.";
    const ran = await forge({
      answers: [...SMALL_MEDIAN, JSON.stringify({ description })],
      reports: [orders, PASSED],
    });
    expect(contractOf(ran)).toMatchObject({ description, asks: [] });
  });
});

describe("the inputs of a small model", () => {
  test("that do not fit or come twice are dropped, and those at the limits are added", async () => {
    const inputs = inputsAnswer(
      { numbers: [3, 1, 2] },
      { numbers: [3, 1, 2] },
      { numbers: "x" },
      { numbers: [4, 1] },
      { numbers: [5, 5] },
      { numbers: [7] },
    );
    const ran = await forge({
      answers: [contractAnswer(), inputs, MEDIAN_BY_SORTING, MEDIAN_BY_MODULE],
    });
    expect(ran.result.repairs["inputs-dropped"]).toBe(1);
    const tried = casesOf(ran).map(({ input }) => input);
    expect(tried.slice(0, 6)).toEqual([
      { numbers: [3, 1, 2] },
      { numbers: [4, 1] },
      { numbers: [5, 5] },
      { numbers: [7] },
      { numbers: [3] },
      { numbers: [3, 1, 2, 3, 1, 2] },
    ]);
    expect(tried).toContainEqual({ numbers: [1, 4] });
    expect(tried.length).toBeLessThanOrEqual(12);
  });

  test("that are two again and again are enough, for those near them are tried as well", async () => {
    const repeated = Array.from({ length: 7 }, () => ({ numbers: [9, 4, 6] }));
    const ran = await forge({
      answers: [
        contractAnswer(),
        inputsAnswer({ numbers: [3, 1, 2] }, ...repeated),
        MEDIAN_BY_SORTING,
        MEDIAN_BY_MODULE,
      ],
    });
    expect(ran.result).toMatchObject({ outcome: "delivered", requests: 4 });
    expect(casesOf(ran).length).toBeGreaterThanOrEqual(8);
  });

  test("that break off in the middle are taken as far as they came", async () => {
    const ran = await forge({
      answers: [
        contractAnswer(),
        `${MEDIAN_INPUTS.slice(0, -10)}`,
        MEDIAN_BY_SORTING,
        MEDIAN_BY_MODULE,
      ],
    });
    expect(ran.result).toMatchObject({ outcome: "delivered", requests: 4 });
  });
});
