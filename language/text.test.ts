import { expect, test } from "bun:test";
import fc from "fast-check";
import { contentStems, contentWords, wordsOf } from "./text.ts";

test("names are taken apart", () => {
  expect(wordsOf("csv_to_json parseHTTPHeader sha256-sum v2")).toEqual([
    ...["csv", "to", "json", "parse", "http", "header", "sha256", "sum", "v2"],
  ]);
});

test("accents are left out, and words of other scripts are kept", () => {
  expect(wordsOf("Café 東京")).toEqual(["cafe", "東京"]);
});

test("punctuation of no script is a part of a word, and letters that change one are", () => {
  expect(wordsOf("«Ромашка», „groß“ — “don’t”… ¿qué? اليوم، 안녕! 🚀v2")).toEqual([
    ...["ромашка", "groß", "don", "t", "que", "اليوم", "안녕", "🚀", "v2"],
  ]);
  expect(wordsOf("पासवर्ड तिजोरी।")).toEqual(["पासवर्ड", "तिजोरी"]);
});

test("scripts without blanks give pairs of characters, single words of one, or words", () => {
  expect(wordsOf("猫は京都")).toEqual(["猫は", "は京", "京都", "猫"]);
  expect(wordsOf("비밀번호는")).toEqual(["비밀", "밀번", "번호", "호는"]);
  expect(wordsOf("น้ำดื่มอยู่ในตู้เย็น v2")).toEqual(["น้ำ", "ดื่ม", "อยู่", "ใน", "ตู้", "เย็น", "v2"]);
  expect(contentWords("猫")).toEqual(["猫"]);
});

test("words of ASCII are what they always were", () => {
  const before = (text: string) =>
    text
      .replace(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, " ")
      .toLowerCase()
      .match(/[a-z]+\d*|\d+/g) ?? [];
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
      expect(wordsOf(text)).toEqual(before(text));
    }),
  );
});

test("words with which people only ask are left out", () => {
  expect(contentWords("Can you help me to get the size of a file?")).toEqual(["size", "file"]);
});

test("where nothing else is said, they are all there is", () => {
  expect(contentWords("what is this")).toEqual(["what", "is", "this"]);
  expect(contentWords("  … ")).toEqual([]);
});

test("each stem counts once", () => {
  expect(contentStems("convert converts converted files")).toEqual(["convert", "fil"]);
});
