import { expect, test } from "bun:test";
import { createExtractor } from "./create.ts";
import { readTools } from "./debug.ts";
import { neutralise } from "./neutralise.ts";

const TOOLS = readTools([{ name: "find_text", parameters: {} }, { name: "list_rooms" }]);

/** What is written once, what is repeated, and what ends it. */
type Shape = readonly [start: string, unit: string, end?: string];

const CALL = '{"name": "list_rooms", "arguments": {}}';
const MARK = "]<]minimax[>[";

/** Each of them has cost some parser of calls, or some JSON reader, quadratic time. */
const SHAPES: Readonly<Record<string, Shape>> = {
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
  "leaked tokens": ["a", "<|im_end|>"],
  "leaked tokens in prose": ["a", "<|im_end|> a "],
};

const LENGTH = 8_000;
/**
 * Four times the text may take six times the time. Measured over two such steps at once: linear time
 * grows by 16, the limit is 36, quadratic time grows by 256, and no slow moment of the machine can
 * be taken for it.
 */
const GROWTH = 4 ** 2;
const ALLOWED = 6 ** 2;
const TRIES = 6;

function build([start, unit, end = ""]: Shape, length: number): string {
  return start + unit.repeat(Math.ceil(length / unit.length)) + end;
}

/** CPU time in microseconds, with the text in pieces of that length. */
function cost(text: string, pieceLength: number): number {
  const before = process.cpuUsage();
  const extractor = createExtractor({ tools: TOOLS });
  for (let at = 0; at < text.length; at += pieceLength) {
    extractor.push(text.slice(at, at + pieceLength));
  }
  extractor.end();
  const { user, system } = process.cpuUsage(before);
  return Math.max(user + system, 1);
}

/** The least growth of some tries; longer texts with each, because a short time measures badly. */
function growth(shape: Shape, pieceLength: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tried = 1; tried <= TRIES && least > ALLOWED; tried += 1) {
    const short = build(shape, LENGTH * tried);
    const long = build(shape, LENGTH * tried * GROWTH);
    least = Math.min(least, cost(long, pieceLength) / cost(short, pieceLength));
  }
  return least;
}

for (const [name, shape] of Object.entries(SHAPES)) {
  test(`takes linear time for ${name}`, () => {
    cost(build(shape, LENGTH), LENGTH);
    expect(growth(shape, Number.MAX_SAFE_INTEGER)).toBeLessThanOrEqual(ALLOWED);
    expect(growth(shape, 7)).toBeLessThanOrEqual(ALLOWED);
  });
}

test("neutralising takes linear time", () => {
  const time = (length: number): number => {
    const text = build(["", `<|a|><tool_call>${MARK}Action Input: <`], length);
    const before = process.cpuUsage();
    neutralise(text);
    const { user, system } = process.cpuUsage(before);
    return Math.max(user + system, 1);
  };
  time(LENGTH);
  const tries = Array.from({ length: TRIES }, () => [time(LENGTH * GROWTH), time(LENGTH)] as const);
  const long = Math.min(...tries.map(([first]) => first));
  expect(long / Math.min(...tries.map(([, second]) => second))).toBeLessThanOrEqual(ALLOWED);
});
