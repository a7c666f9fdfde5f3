/** Answers that have cost some parser of calls, or some JSON reader, quadratic time. */
import type { ToolSchema } from "#core/calls.ts";
import { readTools } from "#models/extract/debug.ts";

/** The tools that some of them call. */
export const ATTACKED_TOOLS: readonly ToolSchema[] = readTools([
  { name: "find_text", parameters: {} },
  { name: "list_rooms" },
]);

/** What is written once, what is repeated, and what ends it. */
export type Attack = readonly [start: string, unit: string, end?: string];

const CALL = '{"name": "list_rooms", "arguments": {}}';
const MARK = "]<]minimax[>[";

/** By name. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  "back quotes": ["", "`"],
  "unclosed code": ["", "`a "],
  "blanks at the start of a line": ["", " "],
  "empty lines": ["", "\n \n"],
  "angle brackets": ["", "<"],
  brackets: ["", "["],
  braces: ["", '{"'],
  "openers of calls": ["", "<tool_call>"],
  "openers at line starts": ["", "[TOOL_REQUEST]\n"],
  "openers inside thinking": ["<think>", "✿FUNCTION✿"],
  rehearsals: ["<think>", `<tool_call>${CALL}</tool_call>`],
  "thinking again and again": ["", "<think></think>"],
  "strays of thinking": ["", "x</think>\n"],
  "calls without an end": ["", '<tool_call>{"name": "list_rooms", "arguments": {'],
  "calls with an end inside a string": ["", '<tool_call>{"name": "}</tool_call>'],
  "ends inside one string": ['<tool_call>{"name": "', "}</tool_call>"],
  "quotation marks inside a string": ['<tool_call>{"name": "', '" , '],
  backslashes: ['<tool_call>{"name": "', "\\"],
  "nested objects": ["<tool_call>", '{"a":'],
  "nested lists": ["<tool_call>", "["],
  commas: ["<tool_call>{", ","],
  "bare words": ["<tool_call>{a: ", "b, "],
  digits: ['<tool_call>{"a": ', "1x"],
  comments: ["<tool_call>{", "// \n"],
  "blanks behind a value": [`<tool_call>${CALL}`, " ", "x"],
  "blanks behind many values": ["", `<tool_call>${CALL}                x`],
  "parameters without an end": ["<function=find_text>", "<parameter=a>x"],
  "parameters with doubtful ends": [
    "<function=find_text>",
    "<parameter=a>x</parameter>y</function>",
  ],
  "parameters on lines": ["<function=find_text>", "\n<parameter=a>x"],
  "keys without values": ["<tool_call>find_text", "<arg_key>"],
  "values with doubtful ends": [
    "<tool_call>find_text<arg_key>a</arg_key><arg_value>",
    "</arg_value> x ",
  ],
  "calls in attributes": ["", '<invoke name="find_text">'],
  "elements in elements": [`${MARK}<invoke name="find_text">`, `${MARK}<a>`],
  delimiters: ["<|tool_call>call:find_text{", 'a:<|"|>'],
  "python strings": ["<|tool_call_start|>[find_text(query=", '"a" '],
  "python calls": ["<|tool_call_start|>[", "find_text("],
  "open lists of calls": ["", "[find_text(query='"],
  "bare calls": ["", `${CALL}\n`],
  "bare calls behind prose": ["So:\n", `${CALL}\n`],
  fences: ["", "```json\n"],
  "fenced calls": ["", `\`\`\`json\n${CALL}\n\`\`\`\n`],
  headers: ["", "<|channel|>analysis"],
  messages: ["", "<|channel|>analysis<|message|>x<|end|>"],
  actions: ["", "Action: find_text\nAction Input: x\n"],
  "openers with suffixes": ["", "<tool_call:a>"],
  "suffixes without an end": ["", "<tool_call:a"],
  "calls with other suffixes": [
    "",
    "<tool_call:a>find_text<arg_key:a>x<tool_call:b>find_text<arg_key:b>",
  ],
  "messages to tools": ["", " to=find_text<|message|><atem:invoke name=", "<|eom|>"],
  "calls in one message": [
    "<|start|>assistant to=find_text<|message|>",
    '<atem:invoke name="find_text"><atem:parameter name="a">x',
  ],
  "calls in one block": ["<|tool_call>", "call:find_text{a:1} "],
  "fenced programs": ["", `\`\`\`sh\n{"name": "ls", "arguments": {}}\n`],
  "answers in JSON": ["", '{"id": 1, "type": "x"}\n'],
  "leaked tokens": ["a", "<|im_end|>"],
  "leaked tokens in prose": ["a", "<|im_end|> a "],
};

/** @returns an attack of about that many UTF-16 code units. */
export function attackOf([start, unit, end = ""]: Attack, length: number): string {
  return start + unit.repeat(Math.ceil(length / unit.length)) + end;
}
