import { expect, test } from "bun:test";
import { patternsIn, pumpedTexts } from "./pumped-texts.ts";
import { numbersIn, textsInSource } from "./source-literals.ts";

test("texts, words of patterns and numbers of a program are found", () => {
  const source = `const kind = "okapi";\nif (/^quagga$/.test(title) || title.length === 3217) return 'a\\nb';`;
  expect(textsInSource(source)).toEqual(["okapi", "a\nb", "quagga"]);
  expect(numbersIn(source)).toEqual([3217]);
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
  pumpedTexts(patternsIn(source), 1000);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(3000);
});
