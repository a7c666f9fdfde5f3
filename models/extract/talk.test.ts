import { expect, test } from "bun:test";
import { extractRecord } from "./debug.ts";

const tools = [{ name: "ping", parameters: { type: "object" } }];
const extract = (text: string) =>
  extractRecord({ id: "1", model_output: text, tools }, { chars: true });

test.each([
  "Write <tool_call>NAME</tool_call>.",
  "| hermes | <tool_call> J </tool_call> |\n| mistral | [TOOL_CALLS] [J] |\n",
])("a word between the tags is talk about calls: %j", (text) => {
  expect(extract(text)).toMatchObject({ calls: [], text });
});

test("a declared name between the tags is a call without arguments", () => {
  expect(extract("<tool_call>ping</tool_call>").calls).toMatchObject([
    { name: "ping", arguments: {}, truncated: false },
  ]);
});

test("commentary that is addressed to the model itself first still reaches the tool", () => {
  const header = "<|channel|>commentary to=assistant<|channel|>commentary to=functions.ping";
  const { calls, text } = extract(`${header}<|message|>{}<|call|>`);
  expect([calls, text]).toMatchObject([[{ name: "ping", arguments: {} }], ""]);
});

test.each([
  "<|im_end|>\n<|im_start|>user\nAnd you?<|im_end|>\n<|im_start|>assistant\nFine.",
  "<|im_end|><|im_start|>assistant\nFine.",
  "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nAnd you?",
  "<end_of_turn>\n<start_of_turn>user\nAnd you?",
  "<|end|>\n<|user|>\nAnd you?",
])("what a model without a chat template writes behind its own turn is dropped: %j", (more) => {
  expect(extract(`Hello there.${more}`)).toMatchObject({ calls: [], text: "Hello there." });
});

test.each([
  "The token <|im_end|> ends a turn.",
  "It is `<|im_end|>\n<|im_start|>user` there.",
  "```\n<|im_end|>\n<|im_start|>user\n```\nSo it is written.",
])("a template that an answer speaks of is text: %j", (text) => {
  expect(extract(text)).toMatchObject({ calls: [], text });
});

test("LongCat's thinking and end token do not show", () => {
  const text = "<longcat_think>w</longcat_think>Go.</longcat_s>";
  expect(extract(text)).toMatchObject({ text: "Go.", reasoning: "w" });
});
