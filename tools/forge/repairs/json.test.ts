import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { JSON_REPAIRS, readJson } from "./json.ts";
import { applyRepairs } from "./repair.ts";

describe("JSON as models write it", () => {
  test.each([
    ["json-comments", '{"a": 1 // one\n, /* two */ "b": "//"}', { a: 1, b: "//" }],
    ["json-trailing-commas", '{"a": [1, 2,], "b": ",]",\n}', { a: [1, 2], b: ",]" }],
    ["json-quotes", `{'a': 'it\\'s "so"'}`, { a: `it's "so"` }],
    ["json-quotes", "{“a”: “one”}", { a: "one" }],
    ["json-line-feeds", '{"a": "one\ntwo"}', { a: "one\ntwo" }],
    ["json-keys", '{a: 1, "b": {c_1: ": x"}}', { a: 1, b: { c_1: ": x" } }],
    ["json-literals", '{"a": True, "b": None, "c": "None"}', { a: true, b: null, c: "None" }],
  ])("%s mends %j", (name, text, value) => {
    expect(readJson(text)).toEqual({ ok: true, value, names: [name] });
  });

  test("takes as many repairs as it needs, in order", () => {
    const names = ["json-comments", "json-quotes", "json-keys", "json-trailing-commas"];
    expect(readJson("{a: 'x', // why\n}")).toEqual({ ok: true, value: { a: "x" }, names });
  });

  test("that cannot be mended is refused with the parser's words", () => {
    expect(readJson('{"a": ')).toEqual({
      ok: false,
      complaint: expect.stringMatching(/^It is not JSON: .+/),
    });
  });

  test("that is JSON is never touched, whatever its texts hold", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(applyRepairs(text, JSON_REPAIRS)).toEqual({ text, names: [] });
      }),
    );
  });

  test("is mended once: a second time changes nothing", () => {
    const pieces = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "'",
      '"',
      "a",
      "1",
      "//",
      "\n",
      "“",
      "”",
      "\\",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const once = readJson(parts.join(""));
        const mended = applyRepairs(parts.join(""), JSON_REPAIRS).text;
        if (once.ok)
          expect(applyRepairs(mended, JSON_REPAIRS)).toEqual({ text: mended, names: [] });
      }),
    );
  });
});
