import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { growth, LINEAR } from "#test/processor-time.ts";
import { falseSums, SumCheck } from "./false-sums.ts";

describe("a sum in an answer", () => {
  // Qwen2.5-Coder-1.5B-Instruct on llama.cpp, behind a program that it had only read; in three runs.
  const SAID = "The sum of the waits is 150 + 450 + 1350 = 2050.";

  test("that is wrong is told with what comes out", () => {
    expect(falseSums(SAID)).toEqual([{ written: "150 + 450 + 1350 = 2050", result: "1950" }]);
    const check = new SumCheck({ calls: "shape" });
    expect(check.reproach({ text: SAID }, { reason: "length" })).toBeUndefined();
    expect(check.reproach({ text: SAID }, { reason: "complete" })).toBe(
      "In your answer 150 + 450 + 1350 = 2050 is wrong, it is 1950. Answer again with what is right.",
    );
    expect(check.reproach({ text: SAID }, { reason: "complete" })).toBeUndefined();
  });

  test("an answer without the number that was asked for is told so, where a result has numbers", () => {
    const said = (answer: string, result?: string, question = "How many coins is it?") => {
      const name = question.includes("print") ? "run_program" : "sh";
      return new SumCheck({ calls: "shape" }, question).reproach(
        { text: answer },
        { reason: "complete" },
        result === undefined ? [] : [{ role: "tool", callId: "c", name, content: result }],
      );
    };
    // Qwen2.5-Coder-1.5B-Instruct on llama.cpp, behind a run of the program.
    const told = "The program correctly counts the number of coins for the given prices.";
    expect(said(told, "62 -> 7 coins")).toStartWith("A number was asked for");
    for (const answer of ["7 coins.", "Seven coins.", "There are none.", "I could not find out."])
      expect(said(answer, "62 -> 7 coins")).toBeUndefined();
    expect(said(told)).toBeUndefined();
    expect(said(told, "no coins")).toBeUndefined();
    expect(said(told, "62 -> 7 coins", "What does it do?")).toBeUndefined();
    // A run is asked for by what it prints.
    expect(said(told, "62 -> 7 coins\n9 -> 2 coins", "What does it print?")).toContain("all of it");
  });

  test.each([
    ["In English, ", true],
    ["Auf Deutsch heißt das ", true],
    ["The word is:", true],
    ["She said (", true],
    ["In English, it is a spoon. ", false],
    ["In English, it is a spoon", false],
    ["- one\n- two\n", false],
    ["", false],
  ])("an answer that ends at a quotation mark is asked for in whole: %j", (text, isCut) => {
    const check = new SumCheck({ calls: "shape" });
    const told = check.reproach({ text }, { reason: "complete" });
    expect(told?.startsWith("Your answer is cut off") ?? false).toBe(isCut);
    expect(check.reproach({ text }, { reason: "complete" })).toBeUndefined();
    expect(
      new SumCheck({ calls: "text" }).reproach({ text }, { reason: "complete" }),
    ).toBeUndefined();
  });

  test.each([
    ["2 + 3 * 4 = 20", "14"],
    ["$1,250.50 + $2 = $1,254", "1252.5"],
    ["12 × 12 = 142, and more", "144"],
    ["7 x 8 = 54", "56"],
    ["10 - 4 - 3 = 9", "3"],
    ["100 / 8 = 12.7", "12.5"],
    ["the total = 3 + 4 = 8", "7"],
  ])("%s", (text, result) => {
    expect(falseSums(text).map((one) => one.result)).toEqual([result]);
  });

  test.each([
    "150 + 450 + 1350 = 1950.",
    "10 / 3 = 3.33, or 10 / 3 = 3.34, or 10 / 3 = 3",
    "0.1 + 0.2 = 0.3",
    "2 + 3 = 4 + 1",
    "(2 + 3) * 4 = 20 and 2 * (3 + 4) = 14",
    "x + 3 + 4 = 9",
    "2026-11-20 - 2026-11-18 = 2",
    "2026-11-20 = 5 and 3/4 = 0.9",
    "10:30 + 20 = 10:50",
    "50 + 10% = 55",
    "50 + 10 = 65%",
    "2^3 + 1 = 9 and 1 + 2^3 = 9",
    "`1 + 1 = 3` and\n```python\nx = 1 + 1 == 3\n2 + 2 = 5\n```",
    "version 1.2.3 + 4 = 5",
    "5 / 0 = 7",
    "It is 7.",
  ])("is left alone in %j", (text) => {
    expect(falseSums(text)).toEqual([]);
  });

  test("that is right is never doubted", () => {
    const number = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 2, maxLength: 6 }),
        fc.boolean(),
        (terms, grouped) => {
          const text = (one: number) => (grouped ? one.toLocaleString("en") : `${one}`);
          const sum = terms.reduce((total, one) => total + one, 0);
          const left = terms.map(text).join(" + ");
          expect(falseSums(`It is ${left} = ${text(sum)}.`)).toEqual([]);
          expect(falseSums(`It is ${left} = ${text(sum + 1)}.`)).toHaveLength(1);
        },
      ),
    );
  });

  test.each(["1 + ", "1", "1,111"])(
    "is looked for among many %j in a time that grows with their number alone",
    async (part) => {
      expect(await growth((size) => falseSums(part.repeat(1000 * size)))).toBeLessThan(LINEAR);
    },
  );
});
