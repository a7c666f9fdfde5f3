import { expect, test } from "bun:test";
import { z } from "zod";
import { actionLine, LOOSE_TEXT, RAW_TEXT, turnShape } from "./turn-shape.ts";

const SH = {
  name: "sh",
  description: "runs a command",
  parameters: { type: "object", properties: { cmd: { type: "string" } }, required: ["cmd"] },
};
const ENGINE = {
  name: "engine",
  description: "starts and stops",
  parameters: {
    type: "object",
    properties: { action: { enum: ["start", "stop"] }, wait: { type: "number" } },
    required: ["action"],
  },
};

/** Whether a reply fits the shape of these tools. */
function fits(tools: Parameters<typeof turnShape>[0], reply: unknown): boolean {
  return z.fromJSONSchema({ ...turnShape(tools).schema }).safeParse(reply).success;
}

test("a reply is one action of the tools, or the answer", () => {
  expect(fits([SH], { action: "sh", cmd: "ls" })).toBe(true);
  expect(fits([SH], { action: "answer", text: "Done." })).toBe(true);
  expect(fits([SH], { action: "rm", cmd: "ls" })).toBe(false);
  expect(fits([SH], { action: "sh" })).toBe(false);
  expect(fits([SH], { action: "answer", text: "" })).toBe(false);
});

test("without tools only an answer fits", () => {
  expect(fits([], { action: "answer", text: "Done." })).toBe(true);
  expect(fits([], { action: "sh", cmd: "ls" })).toBe(false);
});

test("where a tool has to be called no answer fits, unless there is no tool", () => {
  const schema = (tools: readonly (typeof SH)[]) =>
    z.fromJSONSchema({ ...turnShape(tools, { mustCall: true }).schema });
  expect(schema([SH]).safeParse({ action: "answer", text: "Done." }).success).toBe(false);
  expect(schema([SH]).safeParse({ action: "sh", cmd: "ls" }).success).toBe(true);
  expect(schema([]).safeParse({ action: "answer", text: "Done." }).success).toBe(true);
});

test("a tool with an argument that is called action has its arguments below", () => {
  expect(fits([ENGINE], { action: "engine", arguments: { action: "stop" } })).toBe(true);
  expect(fits([ENGINE], { action: "engine", arguments: { action: "burn" } })).toBe(false);
});

test("a text is held to a length, by the text or by how it is written", () => {
  expect(fits([SH], { action: "sh", cmd: 'print("x")\n' })).toBe(true);
  expect(fits([SH], { action: "sh", cmd: "x".repeat(1501) })).toBe(false);
  const raw = new RegExp(RAW_TEXT);
  expect(raw.test(String.raw`re.findall(r'\d+', a)\nprint(\"x\")`)).toBe(true);
  for (const text of ['the end"', "a line\nmore", "\\", "x".repeat(1501)])
    expect(raw.test(text)).toBe(false);
  expect(turnShape([SH], { isRaw: true }).schema).toMatchObject({
    anyOf: [{ properties: { cmd: { type: "string", pattern: LOOSE_TEXT } } }, {}],
  });
});

test("a lone text may have quotation marks that are not escaped, but before the end of its object", () => {
  const loose = new RegExp(LOOSE_TEXT);
  const programs = ['text = "possessiveness"\\nprint(text)', 'a = ["b", ""]', '"""a""" + b', "a"];
  for (const text of programs) expect(loose.test(text)).toBe(true);
  for (const text of ['the end"', '{"a": "b"}', 'x = ""}', "a line\nmore", "\\"])
    expect(loose.test(text)).toBe(false);
  const two = { type: "object", properties: { a: { type: "string" }, b: { type: "string" } } };
  expect(turnShape([{ ...SH, parameters: two }], { isRaw: true }).schema).toMatchObject({
    anyOf: [{ properties: { a: { pattern: RAW_TEXT }, b: { pattern: RAW_TEXT } } }, {}],
  });
});

test("a text with limits of its own keeps them", () => {
  const limited = { type: "string", maxLength: 3 };
  const tool = { ...SH, parameters: { type: "object", properties: { cmd: limited } } };
  expect(fits([tool], { action: "sh", cmd: "abcd" })).toBe(false);
});

test("a line shows the object that calls the tool, and what it does", () => {
  expect(actionLine(SH)).toBe('{"action": "sh", "cmd": "…"} runs a command');
  expect(actionLine(ENGINE)).toBe(
    '{"action": "engine", "arguments": {"action": "start"}} starts and stops',
  );
});

test("each shape of a tool's arguments is an action of its own, and an example shows how a call looks", () => {
  const shapeFor = (file: string, column: string) => ({
    type: "object",
    properties: { file: { const: file }, column: { enum: [column] } },
    required: ["file", "column"],
  });
  const ask = {
    name: "ask",
    description: "asks a table",
    parameters: {
      ...{ type: "object", anyOf: [shapeFor("a.csv", "kg"), shapeFor("b.csv", "km")] },
      examples: [{ file: "…", column: "…" }],
    },
  };
  expect(fits([ask], { action: "ask", file: "a.csv", column: "kg" })).toBe(true);
  expect(fits([ask], { action: "ask", file: "b.csv", column: "km" })).toBe(true);
  expect(fits([ask], { action: "ask", file: "a.csv", column: "km" })).toBe(false);
  expect(actionLine(ask)).toBe('{"action": "ask", "file": "…", "column": "…"} asks a table');
});
