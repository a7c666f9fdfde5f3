import { expect, test } from "bun:test";
import { contentStems, contentWords, wordsOf } from "./text.ts";

test("names are taken apart", () => {
  expect(wordsOf("csv_to_json parseHTTPHeader sha256-sum v2")).toEqual([
    ...["csv", "to", "json", "parse", "http", "header", "sha256", "sum", "v2"],
  ]);
});

test("accents are left out, and words of other scripts are kept", () => {
  expect(wordsOf("Café 東京")).toEqual(["cafe", "東京"]);
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
