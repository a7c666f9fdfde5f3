import { expect, test } from "bun:test";
import { z } from "zod";
import { actionLine, turnShape } from "./turn-shape.ts";

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
    z.fromJSONSchema({ ...turnShape(tools, true).schema });
  expect(schema([SH]).safeParse({ action: "answer", text: "Done." }).success).toBe(false);
  expect(schema([SH]).safeParse({ action: "sh", cmd: "ls" }).success).toBe(true);
  expect(schema([]).safeParse({ action: "answer", text: "Done." }).success).toBe(true);
});

test("a tool with an argument that is called action has its arguments below", () => {
  expect(fits([ENGINE], { action: "engine", arguments: { action: "stop" } })).toBe(true);
  expect(fits([ENGINE], { action: "engine", arguments: { action: "burn" } })).toBe(false);
});

test("a line shows the object that calls the tool, and what it does", () => {
  expect(actionLine(SH)).toBe('{"action": "sh", "cmd": "…"} runs a command');
  expect(actionLine(ENGINE)).toBe(
    '{"action": "engine", "arguments": {"action":"start"}} starts and stops',
  );
});
