import { expect, test } from "bun:test";
import { callExtraction } from "./call-extraction.ts";

const ANSWER = {
  id: "a1",
  model_output: 'Look: <tool_call>{"name": "sh", "arguments": {"cmd": "ls"}}</tool_call>',
};
const TOOLS = [{ name: "sh", parameters: { type: "object", properties: { cmd: {} } } }];

test("an answer is read with the tools that are declared, as a whole or by characters", () => {
  const call = { name: "sh", arguments: { cmd: "ls" }, truncated: false };
  const found = (tools: unknown, chars: boolean) => callExtraction({ tools, chars })(ANSWER);
  const whole = found(TOOLS, false);
  expect(whole).toMatchObject({ id: "a1", calls: [call], reasoning: "" });
  expect(whole.text.trim()).toBe("Look:");
  expect(whole.firstTextAt).toBe(ANSWER.model_output.length);
  expect(found(TOOLS, true)).toMatchObject({ calls: [call] });
  expect(found(TOOLS, true).firstTextAt).toBeLessThan(10);
  expect(found(undefined, false).calls).not.toEqual(whole.calls);
});

test("tools and answers of another shape are refused", () => {
  expect(() => callExtraction({ tools: 5, chars: false })).toThrow();
  expect(() => callExtraction({ tools: TOOLS, chars: false })({ id: 5 })).toThrow();
});
