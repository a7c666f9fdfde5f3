import { expect, test } from "bun:test";
import { patternSamples } from "./pattern-samples.ts";

test.each([
  ["a word between blanks before a letter", / y (?=[Ii])/],
  ["a word that something must not follow", /cat(?!alogue)/],
  ["a choice", /(?:zebra|okapi)s?/],
  ["numbers of so many digits", /^\d{4}-\d{2}-\d{2}$/],
  ["letters of another script", /[а-я]{3}ё/u],
  ["signs", /\[\w+\]\(\S*\)/],
  ["white space at the end", /[ \t]+$/],
])("a text with %s is made", (_what, pattern) => {
  const [sample = ""] = patternSamples([pattern]);
  expect(sample).toMatch(pattern);
});

test("what matches nothing, or is not a pattern, has none", () => {
  expect(
    patternSamples([
      { source: "(?!)", flags: "" },
      { source: "", flags: "" },
    ]),
  ).toEqual([]);
  expect(patternSamples([{ source: "a".repeat(501), flags: "" }])).toEqual([]);
  expect(patternSamples([{ source: "(?P<x>ab)c", flags: "" }])).toEqual(["abc"]);
});

test("repetitions of repetitions have no sample, and use up no memory", () => {
  const source = `${"(".repeat(6)}a${"{200})".repeat(6)}`;
  expect(patternSamples([{ source, flags: "" }, /okapi/])).toEqual(["okapi"]);
});

// The language gives up after seconds: of 20 patterns, each looked for twice, that is minutes.
test("a pattern that tries all ways without end is given up, and those behind it", () => {
  const hostile = Array.from({ length: 20 }, (_, index) => ({
    ...{ source: `(?:a|a){${32 + index}}[^\\s\\S]`, flags: "" },
  }));
  expect(patternSamples(hostile)).toEqual([]);
});
