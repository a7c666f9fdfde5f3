import { expect, test } from "bun:test";
import { combinations } from "#test/combinations.ts";
import { Spelling } from "./spelling.ts";

const spelling = new Spelling(["convert", "currency", "json", "validate", "csv"]);

test.each([
  ["convrt", "convert"],
  ["convertt", "convert"],
  ["covnert", "convert"],
  ["konvert", "convert"],
  ["curency", "currency"],
  ["valdiaet", "validate"],
  ["jsn", undefined],
  ["jsom", "json"],
  ["unrelated", undefined],
])("%s was meant to be %s", (written, meant) => {
  expect(spelling.corrected(written)).toBe(meant);
});

test("what is written right is known", () => {
  expect([spelling.has("csv"), spelling.has("cvs")]).toEqual([true, false]);
});

test("any single slip in a long enough word is found", () => {
  const word = "temperature";
  const only = new Spelling([word]);
  const places = Array.from({ length: word.length - 1 }, (_, at) => at);
  for (const [at, letter] of combinations(places, [..."abcdefghijklmnopqrstuvwxyz"])) {
    const [head, tail] = [word.slice(0, at), word.slice(at)];
    const swapped = `${head}${tail[1]}${tail[0]}${tail.slice(2)}`;
    for (const slip of [head + letter + tail, head + tail.slice(1), swapped]) {
      expect(only.corrected(slip)).toBe(word);
    }
  }
});
