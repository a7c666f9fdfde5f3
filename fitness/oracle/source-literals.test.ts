import { expect, test } from "bun:test";
import { patternsIn, pumpedTexts } from "./pumped-texts.ts";
import { charactersIn, fractionsIn, numbersIn, textsInSource } from "./source-literals.ts";

test("texts, words of patterns and numbers of a program are found", () => {
  const source = `const kind = "okapi";\nif (/^quagga$/.test(title) || title.length === 3217) return 'a\\nb';`;
  expect(textsInSource(source)).toEqual(["okapi", "a\nb", "quagga"]);
  expect(numbersIn(source)).toEqual([3217]);
});

test("numbers between 0 and 1 are found beside the others", () => {
  expect(fractionsIn("Math.max(length, 0.05) + 3 - 1e-4")).toEqual([0.05, 1e-4]);
});

test.each([
  ["by its number", String.raw`text.split(/\u2060/u)`, ["\u2060"]],
  ["by a number in brackets", String.raw`/\u{1f469}/u`, ["\u{1f469}"]],
  ["as Python writes it", String.raw`text.replace("\U0001F469", "\xad")`, ["\u{1f469}", "\xad"]],
  ["as it is", 'word === "—"', ["—"]],
  ["in a range", String.raw`/[\u0300-\u036f]/g`, ["\u0300", "\u0337", "\u036f"]],
])("a character that no key types is found %s", (_what, source, characters) => {
  expect(charactersIn(source)).toEqual(characters);
});

test("what every keyboard types is no such character", () => {
  expect(charactersIn(String.raw`/[\x20-\x7e]/ "plain" '\n'`)).toEqual([]);
});

const LENGTH = 240_000;

test.each([
  ["quotes behind backslashes", `\`\n${'\\"'.repeat(LENGTH / 2)}\n\``],
  ["slashes behind backslashes", `/${"\\/".repeat(LENGTH / 2)}*x/`],
  ["classes without an end", "/[".repeat(LENGTH / 2)],
  ["classes in one pattern", `/${"[a".repeat(LENGTH / 2)}]/`],
  ["digits", `${"1_".repeat(LENGTH / 2)}x`],
])("a program that is one line of %s is read in a moment", (_what, source) => {
  const before = process.cpuUsage();
  numbersIn(source);
  textsInSource(source);
  charactersIn(source);
  pumpedTexts(patternsIn(source), 1000);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(3000);
});
