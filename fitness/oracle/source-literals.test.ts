import { expect, test } from "bun:test";
import { growth, LINEAR } from "#test/processor-time.ts";
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

test.each([
  ["quotes behind backslashes", (parts: number) => `\`\n${'\\"'.repeat(parts)}\n\``],
  ["slashes behind backslashes", (parts: number) => `/${"\\/".repeat(parts)}*x/`],
  ["classes without an end", (parts: number) => "/[".repeat(parts)],
  ["classes in one pattern", (parts: number) => `/${"[a".repeat(parts)}]/`],
  ["digits", (parts: number) => `${"1_".repeat(parts)}x`],
])("a program that is one line of %s is read in a time that grows with it", async (_what, made) => {
  const grown = await growth((size) => {
    const source = made(15_000 * size);
    numbersIn(source);
    textsInSource(source);
    charactersIn(source);
    pumpedTexts(patternsIn(source), 1000);
  });
  expect(grown).toBeLessThan(LINEAR);
});
