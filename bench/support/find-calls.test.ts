import { expect, test } from "bun:test";
import { findCalls, showsMarkup } from "./find-calls.ts";

const CALL = '{"name": "sh", "arguments": {"cmd": "echo \\"}\\" {"}}';
const FOUND = [{ name: "sh", arguments: { cmd: 'echo "}" {' } }];

test.each([
  ["bare", CALL],
  ["in a fence", `I run it.\n\`\`\`json\n${CALL}\n\`\`\`\nIt prints }.`],
  ["in tags", `<tools>${CALL}</tools>`],
  ["in double braces", `{${CALL}}`],
  ["behind a brace that is never closed", `{ or ${CALL}`],
])("a call is found %s", (_, text) => {
  expect(findCalls(text)).toEqual(FOUND);
  expect(showsMarkup(text)).toBe(true);
});

test("arguments that are JSON in a string are read", () => {
  expect(findCalls('{"name": "sh", "arguments": "{\\"cmd\\": \\"ls\\"}"}')).toEqual([
    { name: "sh", arguments: { cmd: "ls" } },
  ]);
});

test("several calls are found in their order", () => {
  const names = findCalls(`${CALL} and {"name": "two", "arguments": {}}`).map(({ name }) => name);
  expect(names).toEqual(["sh", "two"]);
});

test.each([
  "The sum is 4.",
  '{"name": "sh"}',
  '{"name": 1, "arguments": {}}',
  '{"name": "sh", "arguments": "ls"}',
  '{"name": "sh", "arguments": {"cmd": "ls"',
  "```python\nprint({1: 2})\n```",
  "a < b and c > d",
])("there is no call and no markup in %j", (text) => {
  expect(findCalls(text)).toEqual([]);
  expect(showsMarkup(text)).toBe(false);
});

test.each(["<tool_call>", "It is 4.<|im_end|>", '{"action": "answer", "text": "4"}', "</tools>"])(
  "%j is markup, although it holds no call",
  (text) => {
    expect(showsMarkup(text)).toBe(true);
  },
);
