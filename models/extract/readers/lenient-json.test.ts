import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseLenientJson } from "./lenient-json.ts";

test.each([
  ["trailing commas", '{"a": [1, 2,],}', { a: [1, 2] }],
  ["missing commas", '{"a": 1 "b": "x" "c": 2}', { a: 1, b: "x", c: 2 }],
  ["missing commas between lines", '{"a": "x"\n"b": "y"}', { a: "x", b: "y" }],
  ["single quotes", "{'a': 'it\\'s'}", { a: "it's" }],
  ["apostrophes", "{'a': 'don't'}", { a: "don't" }],
  ["back quotes", "{`a`: `x`}", { a: "x" }],
  ["typographic quotes", "{“a”: “x”, ‘b’: ‘y’}", { a: "x", b: "y" }],
  ["Python words", "{'a': True, 'b': False, 'c': None}", { a: true, b: false, c: null }],
  ["raw line ends and tabs", '{"a": "x\n\ty"}', { a: "x\n\ty" }],
  ["unknown escapes", String.raw`{"a": "\d+ C:\Work"}`, { a: String.raw`\d+ C:\Work` }],
  ["known escapes", String.raw`{'a': "\n\u00e9\"\/\t"}`, { a: '\né"/\t' }],
  ["inner quotes", '{"a": "say "hi" now", "b": 1}', { a: 'say "hi" now', b: 1 }],
  ["inner quotes at the end", '{"a": "say "hi""}', { a: 'say "hi"' }],
  ["inner quotes and a comma", '{"a": "x "y", z", "b": 1}', { a: 'x "y", z', b: 1 }],
  ["unescaped JSON", '{"a": "{"b": 1}"}', { a: '{"b": 1}' }],
  ["line comments", '{"a": 1, // one\n"b": 2}', { a: 1, b: 2 }],
  ["block comments", '{/* one */ "a": 1}', { a: 1 }],
  ["bare keys", "{a: 1, b-c: 2}", { a: 1, "b-c": 2 }],
  ["bare values", "{a: hello world, b: x}", { a: "hello world", b: "x" }],
  ["doubled braces", '{{"a": {{"b": 1}}}}', { a: { b: 1 } }],
  ["a brace too few", '{"a": {"b": 1}', { a: { b: 1 } }],
  ["the wrong bracket", '{"a": [1, 2}', { a: [1, 2] }],
  ["a value forgotten", '{"a": , "b": 1}', { a: null, b: 1 }],
  ["equals signs", '{"a"=1, b=>2}', { a: 1, b: 2 }],
  ["numbers of Python", "{a: 1_000, b: -.5, c: 0x1F}", { a: 1000, b: -0.5, c: 31 }],
  ["what only begins like a number", "{a: 2024-01-02, b: 1.2.3}", { a: "2024-01-02", b: "1.2.3" }],
  ["a fence around it", '```json\n{"a": 1}\n```', { a: 1 }],
])("reads JSON with %s", (_name, text, value) => {
  expect(parseLenientJson(text)?.value).toEqual(value);
});

test("finds nothing where there is neither object nor list", () => {
  expect(parseLenientJson("no JSON at all")).toBeUndefined();
});

test("tells strict JSON from JSON that had to be repaired", () => {
  expect(parseLenientJson('{"a": 1}')).toMatchObject({ repaired: false, open: false, lost: false });
  expect(parseLenientJson('{"a": 1} and text')).toMatchObject({ repaired: false, end: 8 });
  expect(parseLenientJson("{'a': 1}")).toMatchObject({ repaired: true });
});

test("tells a value that was cut off", () => {
  expect(parseLenientJson('{"a": "x')).toMatchObject({ open: true, lost: true });
  expect(parseLenientJson('{"a": {"b": [1')).toMatchObject({ open: true, lost: true });
  // One bracket is forgotten more often than an answer ends just there.
  expect(parseLenientJson('{"a": {"b": 1}')).toMatchObject({ open: true, lost: false });
});

test("tells what documentation leaves open", () => {
  expect(parseLenientJson('{"a": ...}')).toMatchObject({ placeholder: true });
  expect(parseLenientJson('{"a": <your value>}')).toMatchObject({ placeholder: true });
  expect(parseLenientJson('{"a": "..."}')).toMatchObject({ placeholder: false });
});

test("agrees with JSON.parse on all JSON", () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(fc.json()), fc.dictionary(fc.string(), fc.json())), (value) => {
      const text = JSON.stringify(value);
      expect(parseLenientJson(text)).toMatchObject({ repaired: false, end: text.length });
      expect(parseLenientJson(text)?.value).toEqual(JSON.parse(text));
    }),
  );
});

test.each([
  ["9007199254740993", "9007199254740993"],
  ["-12345678901234567890", "-12345678901234567890"],
  ["9007199254740991", 9007199254740991],
  ["18014398509481984", 18014398509481984],
  ["1.2345678901234567", 1.2345678901234567],
])("an integer that a double cannot hold keeps every digit: %s", (digits, expected) => {
  expect(parseLenientJson(`{"n": [${digits}]}`)?.value).toEqual({ n: [expected] });
  expect(parseLenientJson(`{n: [${digits}]}`)?.value).toEqual({ n: [expected] });
});

test("text that is neither a key nor a value makes what was read uncertain", () => {
  expect(parseLenientJson("{not valid json}")?.garbled).toBe(true);
  expect(parseLenientJson('{"a": 1, "b" "c"}')?.garbled).toBe(true);
  expect(parseLenientJson('{"a": 1,, b: 2}}')?.garbled).toBe(false);
});

test("reads JSON between other text as it is", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
      const text = JSON.stringify(value);
      // Numbers that a double cannot hold have a test of their own.
      fc.pre(!/\d{16}/.test(text));
      const read = parseLenientJson(`see ${text}\n\`\`\` done`);
      expect(read?.value).toEqual(JSON.parse(text));
      expect(read?.repaired).toBe(false);
    }),
  );
});

test("reads the same with trailing commas, comments and single quotes", () => {
  const word = fc.stringMatching(/^[a-z ]{0,12}$/);
  fc.assert(
    fc.property(fc.dictionary(word, fc.oneof(word, fc.integer(), fc.boolean())), (value) => {
      const members = Object.entries(value).map(([key, member]) => {
        const written = typeof member === "string" ? `'${member}'` : String(member);
        return `'${key}': ${written}, // note\n`;
      });
      expect(parseLenientJson(`{${members.join("")}}`)?.value).toEqual({ ...value });
    }),
  );
});
