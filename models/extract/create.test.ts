import { expect, test } from "bun:test";
import { joinEvents } from "#test/join-events.ts";
import { createExtractor } from "./create.ts";
import { readTools } from "./debug.ts";
import type { ExtractEvent, ModelProfile } from "./extractor.ts";

const TOOLS = readTools([
  {
    name: "find_text",
    parameters: {
      type: "object",
      properties: { query: { type: "string" }, limit: { type: "integer" } },
    },
  },
  { name: "list_rooms", parameters: { type: "object", properties: {} } },
]);

function extract(text: string, profile: ModelProfile = {}): ExtractEvent[] {
  const extractor = createExtractor({ tools: TOOLS, profile });
  return joinEvents([...extractor.push(text), ...extractor.end()]);
}

function calls(text: string): object[] {
  return extract(text).flatMap((event) => (event.type === "call" ? [event.call] : []));
}

test("tells text, reasoning and calls apart, in their order", () => {
  const markup = '<tool_call>{"name": "list_rooms", "arguments": {}}</tool_call>';
  expect(extract(`<think>Rooms?</think>I look. ${markup} Done.`)).toEqual([
    { type: "reasoning", text: "Rooms?" },
    { type: "text", text: "I look. " },
    {
      type: "call",
      call: { name: "list_rooms", arguments: {}, dialect: "hermes", raw: markup },
    },
    { type: "text", text: " Done." },
  ]);
});

test("shows prose with the chunk that brings it", () => {
  const extractor = createExtractor({ tools: TOOLS });
  expect(extractor.push("Hello")).toEqual([{ type: "text", text: "Hello" }]);
  expect(extractor.push(" you ")).toEqual([{ type: "text", text: " you " }]);
  expect(extractor.push("<b>and")).toEqual([{ type: "text", text: "<b>and" }]);
});

test("holds back only what can still become markup", () => {
  const extractor = createExtractor({ tools: TOOLS });
  expect(extractor.push("a <tool")).toEqual([{ type: "text", text: "a " }]);
  expect(extractor.push("box> b")).toEqual([{ type: "text", text: "<toolbox> b" }]);
  expect(extractor.push(" <tool_call> is")).toEqual([{ type: "text", text: " " }]);
  expect(extractor.push(" a")).toEqual([{ type: "text", text: "<tool_call> is a" }]);
});

test("shows JSON that is not a call before it is complete", () => {
  for (const text of ['{"title": ', '{"name": "Ada"', '[{"x":', '```json\n{"a":\n']) {
    const extractor = createExtractor({ tools: TOOLS });
    expect(joinEvents(extractor.push(text))).toEqual([{ type: "text", text }]);
  }
});

test("an answer that the template began with thinking starts inside it", () => {
  const profile = { thinkOpen: true };
  expect(extract("Hm.</think>Hello.", profile)).toEqual([
    { type: "reasoning", text: "Hm." },
    { type: "text", text: "Hello." },
  ]);
  expect(extract("\n<think>Hm.</think>Hello.", profile)).toEqual([
    { type: "text", text: "\n" },
    { type: "reasoning", text: "Hm." },
    { type: "text", text: "Hello." },
  ]);
});

test("without that knowledge the end of thinking reclassifies what was shown", () => {
  expect(extract("Hm.\n</think>\nHello.")).toEqual([
    { type: "text", text: "Hm.\n" },
    { type: "reclassify" },
    { type: "text", text: "\nHello." },
  ]);
});

test("a call in thinking that never ends is meant, a rehearsed one is not", () => {
  const markup = '<tool_call>{"name": "list_rooms"}</tool_call>';
  expect(extract(`<think>Rooms? ${markup}`).map(({ type }) => type)).toEqual(["reasoning", "call"]);
  expect(extract(`<think>Rooms? ${markup} No.</think>`)).toEqual([
    { type: "reasoning", text: `Rooms? ${markup} No.` },
  ]);
  expect(extract(`<think>Rooms? ${markup} Or else`)).toEqual([
    { type: "reasoning", text: `Rooms? ${markup} Or else` },
  ]);
});

test("keeps the ids that dialects carry in the text", () => {
  const mistral = "[TOOL_CALLS]list_rooms[CALL_ID]aB3dE6gH9[ARGS]{}";
  expect(calls(mistral)).toMatchObject([{ name: "list_rooms", id: "aB3dE6gH9" }]);
  const kimi =
    "<|tool_call_begin|>functions.list_rooms:7<|tool_call_argument_begin|>{}<|tool_call_end|>";
  expect(calls(kimi)).toMatchObject([{ name: "list_rooms", id: "functions.list_rooms:7" }]);
  const json = '[TOOL_CALLS] [{"name": "list_rooms", "arguments": {}, "id": "123456789"}]';
  expect(calls(json)).toMatchObject([{ id: "123456789" }]);
});

test("marks what was repaired, and only that", () => {
  expect(calls('<tool_call>{"name": "list_rooms", "arguments": {}}</tool_call>')).toEqual([
    expect.not.objectContaining({ repaired: true }),
  ]);
  expect(calls("<tool_call>{'name': 'list_rooms', 'arguments': {}}</tool_call>")).toMatchObject([
    { repaired: true },
  ]);
});

test.each([
  ['<tool_call>{"name": "find_text", "arguments": {"query": "le', { query: "le" }],
  ["<function=find_text>\n<parameter=query>\nle", { query: "le" }],
  ['[TOOL_CALLS]find_text[ARGS]{"query": "le', { query: "le" }],
  ['<|tool_call_start|>[find_text(query="le', { query: "le" }],
  ['{"name": "find_text", "arguments": {"query": "le', { query: "le" }],
])("marks a call that was cut off: %s", (text, given) => {
  expect(calls(text)).toMatchObject([{ name: "find_text", arguments: given, truncated: true }]);
});

test("does not mark a call as cut off that lacks nothing but its closing marker", () => {
  const text = '<tool_call>{"name": "find_text", "arguments": {"query": "x"}}';
  expect(calls(text)).toEqual([expect.not.objectContaining({ truncated: true })]);
});

test("drops a call that was cut off before it said anything, where a line begins with it", () => {
  expect(extract('Sure.\n<tool_call>\n{"na')).toEqual([
    { type: "text", text: "Sure.\n" },
    { type: "dropped", why: "a call that was cut off", raw: '<tool_call>\n{"na' },
  ]);
  expect(extract("The marker is <tool_call>")).toEqual([
    { type: "text", text: "The marker is <tool_call>" },
  ]);
});

test("reports a tool that does not exist only where a call is marked as one", () => {
  expect(calls('<tool_call>{"name": "fly", "arguments": {}}</tool_call>')).toMatchObject([
    { name: "fly", unknown: true },
  ]);
  expect(extract('{"name": "fly", "arguments": {}}')).toEqual([
    { type: "text", text: '{"name": "fly", "arguments": {}}' },
  ]);
});

test("drops a result that the model made up, and all that builds on it", () => {
  const text = "Action: list_rooms\nAction Input: {}\nObservation: none\nFinal Answer: none";
  expect(extract(text).map(({ type }) => type)).toEqual(["call", "text", "dropped"]);
});

test("a key named __proto__ is data", () => {
  for (const body of ['{"__proto__": {"x": 1}}', "{'__proto__': {'x': 1}}"]) {
    const [call] = calls(`<tool_call>{"name": "list_rooms", "arguments": ${body}}</tool_call>`);
    expect(JSON.stringify(call)).toContain('"arguments":{"__proto__":{"x":1}}');
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect("x" in {}).toBe(false);
  }
});

test("several calls in one unit share its markup: the first has all of it", () => {
  const text = '<tool_calls>[{"name": "list_rooms"}, {"name": "list_rooms"}]</tool_calls>';
  expect(calls(text)).toMatchObject([{ raw: text }, { raw: "" }]);
});
