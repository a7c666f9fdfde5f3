import { expect, test } from "bun:test";
import { gbnfOf } from "../../gbnf.ts";
import { requestBody } from "../../openai/request.ts";
import { RAW_TEXT } from "../../turn-shape.ts";
import { readRequest } from "./request.ts";

const TOOL = {
  name: "weather",
  description: "of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const asked = { model: "m", messages: [{ role: "user" as const, content: "hi" }], tools: [TOOL] };

test("what our own client sends is understood", () => {
  const body = requestBody({
    ...asked,
    temperature: 0.5,
    maxTokens: 7,
    messages: [
      { role: "system", content: "You are agent." },
      { role: "user", content: "How is the weather?" },
      {
        role: "assistant",
        content: "I look.",
        calls: [{ id: "1", name: "weather", arguments: { city: "Rome" } }],
      },
      { role: "tool", callId: "1", name: "weather", content: "rain" },
      { role: "assistant", content: "It rains." },
      { role: "user", content: "Thanks." },
    ],
  });
  const request = readRequest(JSON.parse(body));
  expect(request).toMatchObject({ model: "m", isStream: true, maxTokens: 7, temperature: 0.5 });
  expect(request.mustCall).toBe(false);
  expect(request.schemas).toEqual({ weather: TOOL.parameters });
  expect(Object.keys(request.functions ?? {})).toEqual(["weather"]);
  const call = { type: "functionCall", name: "weather", params: { city: "Rome" }, result: "rain" };
  expect(request.history).toEqual([
    { type: "system", text: "You are agent." },
    { type: "user", text: "How is the weather?" },
    { type: "model", response: ["I look.", call as never, "It rains."] },
    { type: "user", text: "Thanks." },
  ]);
});

test("what other clients send, too: parts, nulls and a developer", () => {
  const messages = [
    {
      role: "developer",
      content: [
        { type: "text", text: "Be " },
        { type: "text", text: "brief." },
      ],
    },
    { role: "user", content: null },
    { role: "assistant", tool_calls: [{ id: "1", function: { name: "f", arguments: "no JSON" } }] },
  ];
  const request = readRequest({ messages, tools: null, stream: null, max_tokens: null });
  expect(request).toMatchObject({ isStream: false, functions: undefined, maxTokens: undefined });
  expect(request.history).toEqual([
    { type: "system", text: "Be brief." },
    { type: "user", text: "" },
    {
      type: "model",
      response: [{ type: "functionCall", name: "f", params: "no JSON", result: "" }],
    },
  ]);
});

test("a call may be demanded, of one tool or of any, or forbidden", () => {
  const other = { ...TOOL, name: "time" };
  const read = (choice: unknown) => {
    const tools = [TOOL, other].map((one) => ({ type: "function", function: one }));
    const { mustCall, functions } = readRequest({ ...asked, tools, tool_choice: choice });
    return [mustCall, Object.keys(functions ?? {})];
  };
  expect(read("auto")).toEqual([false, ["weather", "time"]]);
  expect(read("required")).toEqual([true, ["weather", "time"]]);
  expect(read({ type: "function", function: { name: "time" } })).toEqual([true, ["time"]]);
  expect(read("none")).toEqual([false, []]);
});

// Recorded: Qwen2.5-Coder-1.5B-Instruct was shown `oneOf: [number, null]` and wrote, as text where no grammar holds it,
// {"name": "python_run", "arguments": {"code": "print(17 * 23)", "timeout_s": null}}, which was refused.
test("a model is shown its tools as they were declared, without the nulls that a grammar needs", () => {
  const parameters = {
    type: "object",
    properties: { code: { type: "string" }, timeout_s: { type: "number", exclusiveMinimum: 0 } },
    required: ["code"],
    additionalProperties: false,
  };
  const tool = { name: "python_run", description: "Runs Python", parameters };
  const { declared: shown, functions } = readRequest({
    ...asked,
    tools: [{ type: "function", function: tool }],
  });
  expect(shown).toEqual({ python_run: { description: "Runs Python", params: parameters } });
  expect(JSON.stringify(functions)).not.toContain("null");
});

test("a shape that our own client sends as a grammar is held as one", () => {
  const schema = { type: "string", pattern: RAW_TEXT };
  const body = requestBody({ ...asked, shape: { name: "turn", schema, isRaw: true } });
  expect(JSON.parse(body)).not.toHaveProperty("response_format");
  expect(readRequest(JSON.parse(body)).grammar).toBe(gbnfOf(schema));
});

test("an answer is held to the shape that is asked for, and calls nothing then", () => {
  const schema = { type: "object", properties: { a: { const: 1 } }, required: ["a"] };
  const body = requestBody({ ...asked, shape: { name: "turn", schema } });
  const request = readRequest(JSON.parse(body));
  expect(request.grammar).toStartWith("root ::= ");
  expect(request.grammar).toContain(String.raw`"\"a\"" ":" " "? `);
  expect([request.functions, request.mustCall]).toEqual([undefined, false]);
  expect(Object.keys(request.declared ?? {})).toEqual(["weather"]);
  const format = (response_format: unknown) =>
    readRequest({ messages: asked.messages, response_format }).grammar;
  expect(format({ type: "json_object" })).toStartWith("root ::= object\n");
  expect(format({ type: "json_object", schema })).toBe(request.grammar);
  expect([format({ type: "text" }), format(null)]).toEqual([undefined, undefined]);
  expect(() => format({ type: "xml" })).toThrow();
});

test("what is not a request is refused", () => {
  for (const body of [null, {}, { messages: [] }, { messages: [{ role: "bad" }] }, []]) {
    expect(() => readRequest(body)).toThrow();
  }
});
