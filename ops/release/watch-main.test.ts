import { expect, test } from "bun:test";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { until } from "#test/until.ts";
import { watchMain } from "./watch-main.ts";

test("a main that was announced is taken over once, and one that is here already is not", async () => {
  using home = new CandidateRepository();
  let head: string | undefined;
  let looks = 0;
  const pulls: string[] = [];
  const errors: unknown[] = [];
  const stop = new AbortController();
  const client = {
    query: async <Row>(): Promise<readonly Row[]> => {
      looks += 1;
      if (looks === 1) throw new Error("away");
      // One row of one column is all that is asked for.
      return JSON.parse(JSON.stringify(head === undefined ? [] : [{ commit: head }]));
    },
  };
  const watching = watchMain({
    ...{ home: home.checkout, client, signal: stop.signal, everyMs: 1 },
    pull: () => pulls.push(head ?? ""),
    report: (error) => errors.push(error),
  });
  const afterThreeLooks = async () => {
    const from = looks;
    await until("three looks", async () => looks > from + 3);
  };
  await afterThreeLooks();
  expect(errors).toHaveLength(1);
  head = home.id("main");
  await afterThreeLooks();
  expect(pulls).toEqual([]);
  head = "f".repeat(40);
  await until("a pull", async () => pulls.length > 0);
  await afterThreeLooks();
  expect(pulls).toEqual([head]);
  stop.abort();
  await watching;
});
