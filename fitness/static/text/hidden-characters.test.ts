import { expect, test } from "bun:test";
import { hiddenCharacters } from "./hidden-characters.ts";

const namesIn = (text: string): readonly string[] => hiddenCharacters(text).map(({ name }) => name);

/** First and last of each range that is refused behind a plain letter. */
const HIDDEN = [
  ...[0x061c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069],
  ...[0x00ad, 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180f],
  ...[0x200b, 0x200d, 0x2060, 0x2065, 0x206a, 0x206f, 0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xffa0],
  ...[
    0xfff9, 0xfffb, 0x2028, 0x2029, 0x0000, 0x0008, 0x000b, 0x000c, 0x000e, 0x001f, 0x007f, 0x009f,
  ],
  ...[0xe0000, 0xe01ef],
];

test.each(HIDDEN)("%d is hidden, and is told by its name and place", (code) => {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  expect(hiddenCharacters(`ab${String.fromCodePoint(code)}c`)).toEqual([{ offset: 2, name }]);
});

/** What stands beside the ranges: a reader sees it, or every editor shows what it does. */
const SEEN = [
  ...[0x061b, 0x061d, 0x2010, 0x2027, 0x202f, 0x204a, 0x00ac, 0x00ae, 0x0350, 0x115e, 0x1161],
  ...[0x17b3, 0x17b6, 0x180a, 0x1810, 0x200a, 0x2070, 0x3163, 0x3165, 0xfe10, 0xff9f, 0xffa1],
  ...[0xfff8, 0xfffc, 0x0009, 0x000a, 0x000d, 0x0020, 0x007e, 0x00a0, 0xe01f0],
];

test.each(SEEN)("%d is not hidden", (code) => {
  expect(namesIn(`ab${String.fromCodePoint(code)}c`)).toEqual([]);
});

test("a joiner belongs to a letter, a sign or an emoji before it, and a selector to a keycap", () => {
  const family = "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}";
  for (const text of [
    family,
    "\u2764\ufe0f",
    "\u2764\ufe0f\u200d\u{1f525}",
    "1\ufe0f\u20e3",
    "\u0915\u200d",
  ]) {
    expect(namesIn(text)).toEqual([]);
  }
  expect(namesIn("a\u200db")).toEqual(["U+200D"]);
  expect(namesIn("1\ufe0f")).toEqual(["U+FE0F"]);
  expect(namesIn("1\u200c\u20e3")).toEqual(["U+200C"]);
  expect(namesIn("\u200da")).toEqual(["U+200D"]);
  expect(namesIn("\u2764\u200b")).toEqual(["U+200B"]);
});
