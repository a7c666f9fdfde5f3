import { expect, test } from "bun:test";
import type { PlannedCall } from "#models/call-plan.ts";
import { readIntent } from "./goal-mind.ts";

const SH = {
  name: "sh",
  description: "runs a command",
  parameters: { type: "object", properties: { why: {}, cmd: { type: "string" } } },
} as const;
const DONE = { name: "done", description: "ends", parameters: { type: "object", properties: {} } };

function read(
  text: string,
  calls: readonly PlannedCall[] = [],
  finish: "stop" | "length" = "stop",
) {
  return readIntent({ calls, text, finish }, [SH, DONE]);
}

function call(name: string, args: object, about: Partial<PlannedCall> = {}): PlannedCall {
  const written = { id: "1", name, arguments: args };
  return { call: written, origin: "declared", truncated: false, ...about };
}

test.each([
  ["a declared call", read("", [call("sh", { why: "look", cmd: "ls" })])],
  ["one with its arguments nested", read("", [call("sh", { why: "look", args: { cmd: "ls" } })])],
  ["an object in the text", read('Well. {"action": "sh", "args": {"cmd": "ls"}, "why": "look"}')],
  ["a flat object in a fence", read('```json\n{"action": "sh", "why": "look", "cmd": "ls"}\n```')],
])("an intent is read from %s", (_, intent) => {
  expect(intent).toEqual({ name: "sh", args: { cmd: "ls" }, why: "look" });
});

test("the answer of a reply that is held to a shape ends the work", () => {
  const intent = read('{"action": "answer", "text": "All is well."}');
  expect(intent).toEqual({ name: "done", args: { text: "All is well." }, why: "" });
});

test.each([
  ["prose", read("I think so."), 'The reply was not an action: "I think so."'],
  ["an unknown name", read('{"action": "rm", "args": {}}'), 'no action "rm". There are: sh, done.'],
  ["a call that was cut off", read("", [call("sh", {}, { truncated: true })]), "was cut off"],
  [
    "a call that cannot be read",
    read("", [call("sh", {}, { invalid: true })]),
    "could not be read",
  ],
  ["a reply without an end", read('{"action": "sh"', [], "length"), "too long"],
  ["an array", read("[1, 2]"), "The reply was not an action"],
])("%s is not an intent, and the model is told why", (_, intent, why) => {
  expect(intent).toEqual({ problem: expect.stringContaining(why) });
});
