import { expect, test } from "bun:test";
import { besideWords, grownTexts, kindsOfCharacters, runsOf } from "./shaped-texts.ts";

test.each([
  [
    "becomes a blank and a mark",
    (one: string) => /\s/.test(one.normalize("NFKC")) && !/\s/.test(one),
  ],
  ["becomes several", (one: string) => one.normalize("NFKC").length > 1],
  ["is not to be seen", (one: string) => /\p{Default_Ignorable_Code_Point}/u.test(one)],
  ["is a mark", (one: string) => /\p{M}/u.test(one)],
  ["is a digit of another script", (one: string) => /[^0-9]/.test(one) && /\p{Nd}/u.test(one)],
  ["is longer in capitals", (one: string) => one.toUpperCase().length > one.length],
])("of all characters there is one that %s", (_what, is) => {
  expect(kindsOfCharacters().some(is)).toBe(true);
});

test("each is one character, and there is none twice", () => {
  const all = kindsOfCharacters();
  expect(new Set(all).size).toBe(all.length);
  expect(all.every((one) => [...one].length === 1)).toBe(true);
  expect(all.length).toBeLessThan(150);
});

test("a character stands inside a word and alone", () => {
  expect(besideWords("one", ["—"])).toEqual(["one—one", "one — one"]);
  expect(besideWords("one", ["\u00a0"])).toContain("\u00a0");
  expect(besideWords("one", ["\u200b"])).toContain("one\n\u200b\none");
});

test("words of a text grow where they stand, and the text is repeated", () => {
  const made = grownTexts(["ann@example.com"]);
  expect(made).toContain(`${"ann".repeat(7).slice(0, 20)}@example.com`);
  expect(made).toContain("ann@example.com ann@example.com ann@example.com");
  expect(grownTexts(["x".repeat(200)])).toEqual([]);
});

test("blanks, lines and letters come in runs of a length", () => {
  const made = runsOf("a", 3);
  for (const one of ["   a", "a   a", "   a\n    a", "\n\n\na", " xxx"])
    expect(made).toContain(one);
});
