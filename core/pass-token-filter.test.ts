import { expect, test } from "bun:test";
import fc from "fast-check";
import { PassTokenFilter } from "./pass-token-filter.ts";

function feed(pieces: readonly string[]): { readonly text: string; readonly passed: boolean } {
  const gate = new PassTokenFilter();
  const shown = pieces.map((piece) => gate.push(piece)).join("");
  return { text: shown + gate.end(), passed: gate.passed };
}

test("a lone pass shows nothing", () => {
  expect(feed(["@", "@pa", "ss\n"])).toEqual({ text: "", passed: true });
});

test.each(["@@python look", "@@passport", "@@pass it on", " @", "", "hello @@pass"])(
  "%j comes through whole",
  (text) => {
    expect(feed([...text])).toEqual({ text, passed: false });
  },
);

test("gives the same however the text is cut", () => {
  const piece = fc.constantFrom("@", "@@pa", "ss", " ", "\n", "x");
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(feed(pieces)).toEqual(feed([pieces.join("")]));
    }),
  );
});
