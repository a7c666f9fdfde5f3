import { expect, test } from "bun:test";
import fc from "fast-check";
import { describe, FileFindings, lineFinder } from "./finding.ts";

test("says what is wrong and where, in one line", () => {
  expect(describe({ file: "tool.ts", line: 3, message: 'reaches "process"' })).toBe(
    'reaches "process" (tool.ts:3)',
  );
  expect(describe({ file: "tool.ts", message: "is missing" })).toBe("is missing (tool.ts)");
});

test("counts lines as an editor does", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "é") }), fc.nat(), (text, at) => {
      const offset = at % (text.length + 1);
      expect(lineFinder(text)(offset)).toBe(text.slice(0, offset).split("\n").length);
    }),
  );
});

test("keeps the same message for the same line once, in the order of lines", () => {
  const found = new FileFindings("tool.ts", "one\ntwo\nthree");
  found.report(9, "late");
  found.report(0, "early");
  found.report(1, "early");
  expect(found.all.map(({ line, message }) => `${line} ${message}`)).toEqual(["1 early", "3 late"]);
});
