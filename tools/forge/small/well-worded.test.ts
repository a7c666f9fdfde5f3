/** What a judge objects to in the words of a contract is mended before there is a program. */
import { describe, expect, test } from "bun:test";
import { fileOf, homeOfEachTest, promptText, type Ran, type Script } from "#test/forge-run.ts";
import { contractAnswer, SMALL_MEDIAN } from "#test/small-answers.ts";
import type { Contract } from "../../contract/spec.ts";
import type { ContractObjection } from "../run.ts";

const home = homeOfEachTest();
const [, ...REST] = SMALL_MEDIAN;

type ObjectTo = (contract: Contract) => ContractObjection["kind"] | undefined;

async function forge(objectTo: ObjectTo, answers: Script["answers"], more = {}): Promise<Ran> {
  return await home.forge({
    isSmall: true,
    wish: { goal: "the median" },
    answers,
    objectionsTo: async (contract) => {
      const kind = objectTo(contract);
      return kind === undefined ? [] : [{ kind, message: `"${contract.name}" is objected to` }];
    },
    ...more,
  });
}

const contractOf = (ran: Ran): Contract => JSON.parse(fileOf(ran, "spec.json"));

describe("a small model's contract", () => {
  const description = "Finds the median of numbers. It is the average of two. It is not rounded.";

  test("loses the sentences that are objected to, which its programs are still written by", async () => {
    const ran = await forge(
      (contract) => (contract.description.includes("average") ? "taken" : undefined),
      [contractAnswer({ description }), ...REST],
    );
    expect(ran.result).toMatchObject({ outcome: "delivered", requests: 4 });
    expect(ran.result.repairs["words-left-out"]).toBe(1);
    expect(contractOf(ran).description).toBe("Finds the median of numbers. It is not rounded.");
    expect(promptText(ran.prompts[2])).toContain(description);
  });

  test("loses words on its arguments, and a name of one word, before it is asked for again", async () => {
    const ran = await forge(
      ({ name, input }) =>
        name === "median" || JSON.stringify(input).includes("the numbers") ? "words" : undefined,
      [contractAnswer(), ...REST.map((one) => one.replace("def median(", "def median_numbers("))],
    );
    expect(ran.result).toMatchObject({ outcome: "delivered", name: "median_numbers", requests: 4 });
  });

  test("keeps the name that the user has given", async () => {
    const ran = await forge(
      ({ name }) => (name === "median" ? "words" : undefined),
      [contractAnswer(), JSON.stringify({ description: "Gives the middle of numbers." }), ...REST],
      { wish: { goal: "the median", name: "median" } },
    );
    expect(ran.result).toMatchObject({ outcome: "delivered", name: "median", requests: 5 });
  });

  test("is worded again by the model, once, where no part of it passes", async () => {
    const other = "Gives the middle of a list of numbers.";
    const ran = await forge(
      (contract) => (contract.description === other ? undefined : "words"),
      [contractAnswer(), JSON.stringify({ description: other }), ...REST],
    );
    expect(promptText(ran.prompts[1])).toContain('"median" is objected to');
    expect(contractOf(ran).description).toBe(other);
  });

  test("that would be taken for another tool in whatever words ends the run, with the reason", async () => {
    const ran = await forge(
      () => "taken",
      [contractAnswer(), JSON.stringify({ description: "Gives the middle of a list of numbers." })],
    );
    expect(ran.result).toMatchObject({ outcome: "refused", requests: 2 });
    expect(ran.result.reasons.join("\n")).toContain("call that one, or say in the goal");
  });
});

describe("a larger model's contract", () => {
  test("is worded again until nothing is objected to, and ends where it stays taken", async () => {
    const spec = JSON.stringify({
      name: "median",
      description: "Gives the median.",
      language: "ts",
      input: { type: "object", properties: {} },
      output: { type: "object", properties: {} },
      failures: [],
      asks: [],
    });
    const ran = await forge(() => "taken", [spec, spec, spec], {
      isSmall: false,
      rounds: 1,
      wish: { goal: "the median", language: "ts" },
    });
    expect(ran.result).toMatchObject({ outcome: "refused", requests: 2 });
    expect(promptText(ran.prompts[1])).toContain('"median" is objected to');
  });
});
