import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { processorMs } from "#test/processor-time.ts";
import { criticWord } from "./critic-word.ts";

const HOLD = { hold: true, file: "a.txt", line: "1", reason: "loses it" };

describe("a hold counts, whatever the form of the rest:", () => {
  test.each<[what: string, text: string, word: object]>([
    ["plain", '{"hold": true, "file": "a.txt", "line": 1, "reason": "loses it"}', HOLD],
    ["a line as text", '{"hold": true, "file": "a.txt", "line": "1", "reason": "loses it"}', HOLD],
    ["a range of lines", '{"hold": true, "line": "1-3"}', { hold: true, line: "1-3" }],
    ["a list of lines", '{"hold": true, "line": [1, 2]}', { hold: true }],
    ["a line with words", '{"hold": true, "line": "1; rm"}', { hold: true }],
    ["a list of reasons", '{"hold": true, "reason": ["a.", "b."]}', { reason: "a. b." }],
    ["a reason of another shape", '{"hold": true, "reason": {"a": 1}}', { hold: true }],
    ["a file of another shape", '{"hold": true, "file": ["a"]}', { hold: true }],
    ["no file", '{"hold": true, "reason": "loses it"}', { hold: true, reason: "loses it" }],
    ["null", '{"hold": true, "file": null, "line": null, "reason": null}', { hold: true }],
    ["a truth value as text", '{"hold": "True"}', { hold: true }],
    [
      "braces before and within",
      'f() { return a } is gone.\n{"hold": true, "reason": "f() {} x"}',
      { reason: "f() {} x" },
    ],
    [
      "braces behind",
      '{"hold": true, "reason": "catch {} x"}\nWrite catch (e) { throw e }.',
      { reason: "catch {} x" },
    ],
    ["a quotation mark before", 'It says " and {\n{"hold": true, "reason": "x"}', { reason: "x" }],
    [
      "an example behind",
      '{"hold": true, "reason": "catch {} x"}\n```\n{"hold": false, "reason": "so"}\n```',
      { reason: "catch {} x" },
    ],
    ["an example before", '{"hold": false}\n{"hold": true, "reason": "x"}', { reason: "x" }],
    ["within another object", '{"review": {"hold": true, "reason": "x"}}', { reason: "x" }],
    [
      "in a list",
      '[{"hold": false}, {"hold": true, "reason": "x"}, {"hold": false}]',
      { reason: "x" },
    ],
    ["an answer that was cut", '{"hold": true, "file": "a.txt", "reason": "It lo', { hold: true }],
    ["marks within a reason", '{"hold": true, "reason": "a "b" c"}', { hold: true }],
    ["other quotation marks", "{'hold': true, 'reason': 'x'}", { hold: true }],
    ["a comma too much", '{"hold": true, "reason": "x",}', { hold: true }],
  ])("%s", (_what, text, word) => {
    expect(criticWord(text)).toMatchObject({ hold: true, ...word });
  });

  test("of several the last one is told: what stands before it may be thought aloud", () => {
    expect(criticWord('{"hold": true, "reason": "a"} {"hold": true, "reason": "b"}')?.reason).toBe(
      "b",
    );
  });
});

test.each<[what: string, text: string, hold: boolean | undefined]>([
  ["no objection", '{"hold": false, "file": "", "line": 0, "reason": "fine"}', false],
  ["no objection, as text", '{"hold": "False"}', false],
  ["no objection in another form", '{"hold": false, "line": "x", "reason": [1]}', false],
  [
    "the task in its own words",
    'I answer {"hold": true or false, "file": …}: {"hold": false}',
    false,
  ],
  ["a word for a truth value", '{"hold": "no"}', undefined],
  ["praise", "Approved; hold: true is not needed.", undefined],
  ["nothing", "", undefined],
])("%s holds nothing", (_what, text, hold) => {
  expect(criticWord(text)?.hold).toBe(hold);
});

test("whatever stands around it, a hold that is valid JSON counts", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    '"',
    "\\",
    "[",
    "]",
    "a",
    "\n",
    '{"hold": false}',
    ":",
    ",",
  );
  const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, text, fc.string(), (before, after, reason) => {
      const word = JSON.stringify({ hold: true, reason });
      expect(criticWord(`${before}\n${word}\n${after}`)?.hold).toBe(true);
    }),
  );
});

test("a hostile answer takes no more than a moment", async () => {
  for (const piece of ["{", '{"', '{"hold":', "}{", '"{\\']) {
    const text = piece.repeat(8000 / piece.length);
    expect(await processorMs(() => criticWord(text))).toBeLessThan(3000);
  }
});
