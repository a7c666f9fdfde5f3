import { expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { patternsIn, pumpedTexts, untriedPatterns } from "./pumped-texts.ts";

const textsFor = (source: string, flags = "", most = 30_000) =>
  pumpedTexts([{ source, flags }], most);

test.each<[string, string, string]>([
  ["a class", "const a = /^[\\w.]+@/;", "wwww"],
  ["a group that is repeated", "/^(a+)+$/", "aaaa"],
  ["digits", "text.match(/(\\d+)*x/)", "1111"],
  ["blanks", "text.replace(/\\s+$/, '')", "    "],
  ["a pattern of Python", 'WORD = re.compile(r"(x+x+)+y")', "xxxx"],
])("%s of a program is repeated", (_name, source, piece) => {
  const { short, long } = pumpedTexts(patternsIn(source), 30_000);
  expect(short.some(({ text }) => text.startsWith(piece))).toBe(true);
  expect(long.some(({ text }) => text.startsWith(piece) && text.length > 9000)).toBe(true);
});

test.each<[string, string, string]>([
  ["the way to what is repeated", "<a href='([^']*)*'>", "<a href='"],
  ["each choice", "(?:ab|abc)*-", "abcabcabc"],
  ["one choice behind another", "(?:a|bc|d)*-", "abcabc"],
  ["what may be left out", "(?:g?h)*-", "ghghgh"],
  ["what a group matched", "(?<w>xy)\\k<w>z*-", "xyxyzz"],
  ["what has to stand there often", "a{3}b*-", "aaabb"],
  ["a letter that two classes share", "(?:[ab]|[bc])*-", "bbbb"],
])("%s is in one of the texts", (_name, source, piece) => {
  expect(textsFor(source).short.some(({ text }) => text.includes(piece))).toBe(true);
});

test("a text ends in what nothing in the pattern matches, and in nothing more", () => {
  const texts = textsFor("^(?:[a-z!]+)+$").short.map(({ text }) => text);
  expect(texts.some((text) => /^[a-z!]+$/.test(text))).toBe(true);
  expect(texts.some((text) => /^[a-z]+[^a-z!]$/.test(text))).toBe(true);
});

test("letters of either case and those that Python alone escapes are known", () => {
  expect(textsFor("[k]+", "i").short.some(({ text }) => /kkkk/i.test(text))).toBe(true);
  expect(textsFor("(?:\\Z|a)+b").short.length).toBeGreaterThan(0);
  expect(textsFor("(?:a b)+c", "x").short.some(({ text }) => text.includes("abab"))).toBe(true);
});

test("no text is longer than the schema allows, and long ones are made where they fit alone", () => {
  const { short, long } = textsFor("^(a+)+$", "", 40);
  expect(Math.max(...short.map(({ text }) => text.length))).toBe(40);
  expect(long).toEqual([]);
});

test("a program without patterns gives none", () => {
  expect(patternsIn("return a / b + c;")).toEqual([]);
  expect(textsFor("abc")).toEqual({ loops: 0, short: [], long: [] });
});

test("whatever the pattern is, the texts are bounded", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ab()|*+\\1-3[\]{}?]{0,40}$/), (source) => {
      const { short, long } = textsFor(source);
      expect(short.length).toBeLessThanOrEqual(1600);
      expect(long.length).toBeLessThanOrEqual(60);
    }),
    { numRuns: 50 },
  );
});

/** In a process of its own: the memory of this one is that of all tests before it, too. */
const OF_MANY_PATTERNS = `
  const { pumpedTexts } = await import(${JSON.stringify(join(import.meta.dir, "pumped-texts.ts"))});
  const source = "(a+|b*)c?[xy]{2,}".repeat(230);
  const patterns = Array.from({ length: 40 }, (_, index) => ({ source: index + source, flags: "" }));
  const before = process.memoryUsage.rss();
  const { short, long } = pumpedTexts(patterns, 100_000);
  const mib = (process.memoryUsage.rss() - before) / 1024 ** 2;
  const different = new Set(short.map(({ text }) => text)).size;
  console.log(JSON.stringify({ mib, short: short.length, long: long.length, different }));
`;

test("of many long patterns only the texts that are taken are made", () => {
  const { stdout } = Bun.spawnSync([process.execPath, "-e", OF_MANY_PATTERNS]);
  const { mib, ...counted } = JSON.parse(stdout.toString());
  expect(mib).toBeLessThan(200);
  expect(counted).toEqual({ short: 1600, long: 60, different: 1600 });
});

test("patterns that no text is made for are counted", () => {
  const some = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ source: `a{${index}}b`, flags: "" }));
  expect(untriedPatterns([...some(60), ...some(60)])).toBe(0);
  expect(untriedPatterns(some(63))).toBe(3);
  expect(untriedPatterns([{ source: "a|".repeat(2600), flags: "" }])).toBe(1);
  expect(untriedPatterns([{ source: "a+".repeat(200), flags: "" }])).toBe(0);
  expect(untriedPatterns([{ source: "a+".repeat(201), flags: "" }])).toBe(1);
});
