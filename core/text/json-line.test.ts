import { expect, test } from "bun:test";
import fc from "fast-check";
import { sanitize } from "../sanitize.ts";
import { jsonLine } from "./json-line.ts";

test("what a terminal could obey is escaped", () => {
  expect(jsonLine({ text: "a\u009b31m\u001b[1m\u202e\u200b\u2028é" })).toBe(
    '{"text":"a\\u009b31m\\u001b[1m\\u202e\\u200b\\u2028é"}\n',
  );
});

test("a character of two halves is escaped as two", () => {
  expect(jsonLine("\u{e0041}")).toBe('"\\udb40\\udc41"\n');
});

test("reads back as it was, and leaves nothing to the sanitiser", () => {
  const nasty = fc.constantFrom(
    ..."\u007f\u009b\u00ad\u034f\u115f\u200d\u202e\u2028\u3164\ufe0f\ufff9",
  );
  const text = fc.string({ unit: fc.oneof(nasty, fc.string({ unit: "binary", maxLength: 1 })) });
  fc.assert(
    fc.property(text, (said) => {
      const line = jsonLine({ said });
      expect(JSON.parse(line)).toEqual({ said });
      expect(sanitize(line)).toBe(line);
      expect(line.indexOf("\n")).toBe(line.length - 1);
    }),
  );
});
