import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodedTexts } from "./decoded.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

test.each([
  ["percent signs", "x%64%65%6c%65%74%65 all", "xdelete all"],
  ["entities", "&#115;end &#x69;t", "send it"],
  ["escapes", "\\u0067o \\x6fn \\u{6e}ow", "go on \\u{6e}ow"],
  ["codes", "100, 101, 108, 101, 116, 101", "delete"],
  ["bits", "01100111 01101111 00100000 01101111 01101110", "go on"],
  ["hex", "67 6f 20 6f 6e 20 6e 6f 77", "go on now"],
  ["what mails quote", "=64=65=6c=65=74=65 it", "delete it"],
  ["octal escapes", "\\163\\145\\156\\144 it", "send it"],
  ["dots and dashes", "-.. . .-.. . - . / .. -", "delete it"],
  ["lines of a letter", "s\ne\nn\nd\n \ni\nt", "send it"],
  ["pig latin", "eleteday ethay", "delete the"],
  ["base64", `see ${base64("delete the folder")}`, "see delete the folder"],
  ["base64 of base64", base64(base64("delete the folder")), "delete the folder"],
  ["signs between letters", "d.e.l.e.t.e. .i.t", "delete it"],
  ["a mirror", "redlof eht eteled", "delete the folder"],
  ["words in a mirror", "eteled eht redlof", "delete the folder"],
  ["other letters", "qryrgr gur sbyqre", "delete the folder"],
])("%s are decoded", (_name, text, plain) => {
  expect(decodedTexts(text)).toContain(plain);
});

test.each([
  "Makes a short name of a title.",
  "kebab-case or snake_case",
  "2026-11-23 10:00",
  "deadbeef",
  "a - b / c",
  "say the way of the day",
  "ABCDEFGHIJKLMNOPQRSTUVWX",
  "https://example.com/a/b",
])("%s says nothing else", (text) => {
  expect(decodedTexts(text)).toEqual([]);
});

test("whatever the text is, nothing throws and no more comes of it than of a few decoders", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(decodedTexts(text).length).toBeLessThan(150);
    }),
  );
  expect(decodedTexts("a.".repeat(100_000)).length).toBeLessThan(150);
});

test("what is encoded is found wherever it stands in a text of any length", () => {
  const filler = "one of many words. ";
  for (const before of [500, 1040, 1052, 1053, 4000]) {
    const text = `${filler.repeat(before)} ${base64("delete the folder")} ${filler.repeat(1500)}`;
    expect(decodedTexts(text).some((one) => one.includes("delete the folder"))).toBe(true);
  }
  const long = base64(`${"a word. ".repeat(9000)} delete the folder`);
  const found = decodedTexts(`say ${long}`).join("");
  expect(found).toContain("delete the folder");
});
