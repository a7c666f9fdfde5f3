import { expect, test } from "bun:test";
import { answerQueries } from "./debug-search.ts";

async function* linesOf(...records: readonly unknown[]): AsyncGenerator<string, void> {
  for (const record of records) yield typeof record === "string" ? record : JSON.stringify(record);
}

const csv = { kind: "tool", name: "csv_to_json", description: "Turns CSV into JSON.", more: 1 };
const dice = { kind: "tool", name: "dice_roll", description: "Rolls dice." };

test("queries may come before the tools, and are answered in their order", async () => {
  const queries = [
    { kind: "query", id: "b", text: "roll a die" },
    { kind: "query", id: 7, text: "csv to json", other: true },
  ];
  const lines = linesOf(queries[0], csv, "", dice, queries[1]);
  const answers = await Array.fromAsync(answerQueries(lines));
  expect(answers.map(({ id, results }) => [id, results[0]])).toEqual([
    ["b", "dice_roll"],
    [7, "csv_to_json"],
  ]);
});

test("a name counts once, and at most ten are named", async () => {
  const tools = Array.from({ length: 30 }, (_, index) => ({
    ...{ kind: "tool", name: `file_reader_${index % 15}`, description: "Reads files." },
  }));
  const lines = linesOf(...tools, { kind: "query", id: "q", text: "read file" });
  const [answer] = await Array.fromAsync(answerQueries(lines));
  expect(answer?.results).toHaveLength(10);
  expect(new Set(answer?.results).size).toBe(10);
});

test("without tools every answer is empty; without queries there is none", async () => {
  const query = { kind: "query", id: "q", text: "anything" };
  expect(await Array.fromAsync(answerQueries(linesOf(query)))).toEqual([{ id: "q", results: [] }]);
  expect(await Array.fromAsync(answerQueries(linesOf(csv)))).toEqual([]);
  const unknown = { kind: "query", id: "q", text: "" };
  expect(await Array.fromAsync(answerQueries(linesOf(csv, unknown)))).toMatchObject([{ id: "q" }]);
});

test.each([
  ["{", "Line 2"],
  ['{"kind":"other"}', "Line 2"],
  ['{"kind":"tool","name":"x"}', "Line 2"],
  ["7", "Line 2"],
])("the line %s is refused by its number", async (line, named) => {
  const running = Array.fromAsync(answerQueries(linesOf(csv, line)));
  expect(await running.catch((error: unknown) => error)).toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringContaining(named),
  });
});
