import { expect, test } from "bun:test";
import { readExtractRecord, readToolList } from "./debug-record.ts";

test("a record needs an id and a text; other keys are ignored", () => {
  const record = { id: "1", model_output: "hi", tools: [{ name: "sh" }] };
  expect(readExtractRecord({ ...record, format: "hermes" })).toEqual(record);
});

test.each([
  [{ model_output: "hi" }, "id: "],
  [{ id: "1", model_output: 3 }, "model_output: "],
  [{ id: "1", model_output: "hi", tools: {} }, "tools: "],
  ["hi", "the line: "],
])("%j is refused, and the part is named", (value, part) => {
  expect(() => readExtractRecord(value)).toThrow(part);
});

test("tools are a list", () => {
  expect(readToolList([1])).toEqual([1]);
  expect(() => readToolList({})).toThrow("is not a list of tools");
});
