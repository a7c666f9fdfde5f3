import { describe, expect, test } from "bun:test";
import { checkText } from "./check-text.ts";
import { hiddenCharacters } from "./hidden-characters.ts";
import { suppressionIn } from "./suppression.ts";

function messagesOf(text: string, file = "tool.ts"): readonly string[] {
  return checkText(file, text).map(({ line, message }) => `${line}: ${message}`);
}

describe("passes", () => {
  test.each([
    ["right-to-left text in a literal", 'const greeting = "שלום עולם, مرحبا";'],
    ["an emoji that is joined of several", 'const family = "👨‍👩‍👧‍👦 ❤️ 1️⃣";'],
    ["Persian with its joiner", 'const word = "می‌خواهم";'],
    ["accents and CJK", 'const names = ["Größe", "naïve", "東京"];'],
    ["an escape of an invisible character", 'const ZERO_WIDTH = "\\u200b";'],
    [
      "an alphabet",
      'const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";',
    ],
    ["a long ruler", `// ${"-".repeat(150)}`],
    ["a sample of eleven letters", `const text = "${"abcdefghijk".repeat(12)}";`],
    ["a sample of one letter", `const text = "${"a".repeat(200)}";`],
  ])("%s", (_name, text) => {
    expect(messagesOf(text)).toEqual([]);
  });

  test("long lines and encoded data in cases, which are data", () => {
    const data = btoa("the quick brown fox jumps over the lazy dog, 0123456789 ".repeat(20));
    expect(messagesOf(`{"output":"${data}"}`, "cases.json")).toEqual([]);
  });
});

describe("finds", () => {
  test.each([
    ["a direction turned around", "// \u202e } \u2066if (admin)\u2069", "U+202E"],
    ["a letter without width", "const a\u200bb = 1;", "U+200B"],
    ["a joiner behind ASCII", 'const a = "x\u200dy";', "U+200D"],
    ["a tag", 'const a = "\u{e0041}";', "U+E0041"],
    ["a byte order mark", "\ufeffconst a = 1;", "U+FEFF"],
    ["a line that no person reads", `const a = [${"1,".repeat(300)}];`, "a line of"],
    [
      "encoded data",
      `const a = "${btoa("the quick brown fox jumps over the lazy dog ".repeat(4))}";`,
      "encoded data",
    ],
    [
      "twelve letters in a long row",
      `const a = "${"abcdefghijkl".repeat(10)}";`,
      "120 characters of",
    ],
    ["bytes as escapes", `const a = "${"\\x70\\x72".repeat(10)}";`, "encoded data"],
    ["a key", `const key = "ghp_${"a1B2".repeat(9)}";`, "holds a secret"],
  ])("%s", (_name, text, message) => {
    expect(messagesOf(`\n${text}`)).toContainEqual(expect.stringContaining(message));
  });

  test("the line of each", () => {
    expect(messagesOf("one\ntwo \u202e")[0]).toStartWith("2: ");
  });
});

test("a line has at most 400 characters, encoded data fewer than 120, and 20 hidden signs are told", () => {
  const line = (length: number): string => "1,".repeat(300).slice(0, length);
  expect(messagesOf(line(400))).toEqual([]);
  const long = "has a line of 401 characters; 400 is the most";
  expect(messagesOf(line(401))).toEqual([`1: ${long}`]);
  expect(messagesOf(`a\n${line(401)}\nb`, "tool.py")).toEqual([`2: ${long}`]);
  expect(messagesOf(`${"\n".repeat(500)}${line(401)}\nb\n`)).toEqual([`501: ${long}`]);
  expect(messagesOf(line(401), "README.md")).toEqual([]);
  const data = "abcdefghijklmnop".repeat(10);
  expect(messagesOf(`"${data.slice(0, 119)}"`)).toEqual([]);
  expect(messagesOf(`"${data.slice(0, 120)}"`)).toEqual([
    "1: holds 120 characters of encoded data; write what they mean",
  ]);
  const hidden = messagesOf("a\u200b\n".repeat(22));
  expect(hidden).toEqual(
    Array.from(
      { length: 20 },
      (_, at) => `${at + 1}: holds the invisible character U+200B; write it as an escape`,
    ),
  );
});

test("a password is an example in a test, and a secret in a tool", () => {
  const text = 'const password = "hunter2hunter2";';
  expect(messagesOf(text, "tool.test.ts")).toEqual([]);
  expect(messagesOf(text, "tool.ts")).toEqual([
    "1: holds a secret: password or key; take it out of every commit",
  ]);
  for (const file of ["tool.py", "words.ts"]) {
    expect(checkText(file, `\n${text}`)).toEqual([
      { file, line: 2, message: "holds a secret: password or key; take it out of every commit" },
    ]);
  }
});

test("names hidden characters by their number", () => {
  expect(hiddenCharacters("a\u0007b\u2028")).toEqual([
    { offset: 1, name: "U+0007" },
    { offset: 3, name: "U+2028" },
  ]);
});

describe("suppressions", () => {
  test.each([
    " @ts-ignore",
    " @ts-nocheck: because",
    "*\n * @ts-expect-error\n ",
    " biome-ignore lint: no",
    " eslint-disable-next-line no-eval",
    " istanbul ignore next",
    " c8 ignore start",
  ])("%p is obeyed", (comment) => {
    expect(suppressionIn(comment)).toBeString();
  });

  test.each([" never write @ts-ignore here", " what eslint-disable does", " ignores case"])(
    "%p is only a mention",
    (comment) => {
      expect(suppressionIn(comment)).toBeUndefined();
    },
  );
});

test("a joiner behind a sign that is drawn as a picture hides nothing, and one behind a dash does", () => {
  expect(hiddenCharacters("❤\ufe0f\u200d🔥")).toEqual([]);
  expect(hiddenCharacters("–\u200db")).toEqual([{ offset: 1, name: "U+200D" }]);
});
