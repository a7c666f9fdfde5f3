import { expect, test } from "bun:test";
import fc from "fast-check";
import { JsonStringReader } from "./json-string-reader.ts";

/** Reads the inside of a JSON string, cut at these places. */
function read(written: string, cuts: readonly number[]): string {
  const reader = new JsonStringReader();
  const places = [0, ...cuts.map((cut) => cut % (written.length + 1)), written.length];
  const sorted = places.toSorted((one, other) => one - other);
  const pieces = sorted.slice(1).map((to, index) => written.slice(sorted[index], to));
  return pieces.map((piece) => reader.push(piece)).join("") + reader.end();
}

const inside = (text: string) => JSON.stringify(text).slice(1);

test("a JSON string is decoded as JSON.parse does", () => {
  expect(read(inside('a "quoted" line\nand \u00e9 \u{1F600}'), [])).toBe(
    'a "quoted" line\nand \u00e9 \u{1F600}',
  );
  expect(read('\\ud83d\\ude00 \\u0041"', [])).toBe("\u{1F600} A");
});

test("text behind the closing quote does not count", () => {
  expect(read('done"}\n```', [])).toBe("done");
});

test("half a character becomes the replacement character", () => {
  expect(read('\\ud83d."', [])).toBe("\uFFFD.");
  expect(read('\\ude00"', [])).toBe("\uFFFD");
  expect(read("\\ud83d", [])).toBe("\uFFFD");
});

test("the cuts of a stream change nothing", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 60 });
  const cuts = fc.array(fc.nat(), { maxLength: 12 });
  fc.assert(
    fc.property(text, cuts, fc.boolean(), (value, places, isEscaped) => {
      const written = isEscaped ? `${[...value].map(escaped).join("")}"` : inside(value);
      expect(read(written, places)).toBe(value);
    }),
  );
});

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
}
