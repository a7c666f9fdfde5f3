import { expect, test } from "bun:test";
import { extractRecord, readTools } from "./debug.ts";

const RECORD = {
  id: "1",
  model_output:
    '<think>Hm.</think>Yes.<tool_call>{"name": "a", "arguments": {"n": "1"}}</tool_call>',
};
const PARAMETERS = { type: "object", properties: { n: { type: "integer" } } };

test("says what was made of an answer, whole and one character at a time", () => {
  const tools = [{ name: "a", parameters: PARAMETERS }];
  for (const chars of [false, true]) {
    expect(extractRecord({ ...RECORD, tools }, { chars })).toEqual({
      id: "1",
      calls: [{ name: "a", arguments: { n: 1 }, truncated: false }],
      text: "Yes.",
      reasoning: "Hm.",
      firstTextAt: chars ? 19 : RECORD.model_output.length,
    });
  }
});

test("takes the tools from the options when the record has none", () => {
  const tools = [{ type: "function", function: { name: "a", parameters: PARAMETERS } }];
  expect(extractRecord(RECORD, { chars: false, tools }).calls).toEqual([
    { name: "a", arguments: { n: 1 }, truncated: false },
  ]);
  expect(extractRecord(RECORD, { chars: false }).calls).toEqual([
    { name: "a", arguments: { n: "1" }, truncated: false, unknown: true },
  ]);
});

test("says what is wrong with a call, and that no text came", () => {
  const cut = '<tool_call>{"name": "a", "arguments": {"n": "1"';
  const garbled = '<tool_call>{"name": "a", "arguments": {n is one}}</tool_call>';
  const tools = [{ name: "a" }];
  const read = (model_output: string) =>
    extractRecord({ id: "3", model_output, tools }, { chars: true });
  expect(read(cut)).toMatchObject({ calls: [{ name: "a", truncated: true }], firstTextAt: -1 });
  expect(read(garbled)).toMatchObject({ calls: [{ name: "a", invalid: true }], firstTextAt: -1 });
});

test("what turned out to be reasoning is not text, and what was called in it is not a call", () => {
  const model_output = '<tool_call>{"name": "a"}</tool_call> or not?\n</think>\nNo.';
  expect(extractRecord({ id: "2", model_output }, { chars: false })).toMatchObject({
    calls: [],
    text: "\nNo.",
    reasoning: " or not?\n",
  });
});

test("reads tools in both shapes and leaves out what is none", () => {
  const tools = [{ name: "a" }, { function: { name: "b", description: "B" } }, null, { x: 1 }, "c"];
  expect(readTools(tools)).toEqual([
    { name: "a", description: "", parameters: {} },
    { name: "b", description: "B", parameters: {} },
  ]);
});
