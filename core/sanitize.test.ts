import { expect, test } from "bun:test";
import fc from "fast-check";
import { Sanitizer, sanitize } from "#core/sanitize.ts";

test.each([
  [
    "plain text\twith\nlines, ümläuts, 漢字 and 👩‍🔬",
    "plain text\twith\nlines, ümläuts, 漢字 and 👩‍🔬",
  ],
  ["\u001b[31mred\u001b[0m", "red"],
  ["\u001b]0;title\u0007text", "text"],
  ["\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "link"],
  ["\u001bPq#0\u001b\\after", "after"],
  ["\u009b31mred \u009d0;t\u009cend", "red end"],
  ["\u001b(Bcharset \u001b7saved", "charset saved"],
  ["over\rwrite\b\b\u0007", "overwrite"],
  ["abc\u202edef", "abc⟨U+202E⟩def"],
  ["se\u200bcr\ufeffet", "secret"],
  ["se\u00adcr\u2061et\u{e0041}s", "secrets"],
  ["a\u200db\u200cc\ufe0fd", "abcd"],
  ["❤️‍🔥 می‌خواهم é\u200d\u200d\u200d\u200de", "❤️‍🔥 می‌خواهم é\u200d\u200de"],
  ["a\u202e\u200db", "a⟨U+202E⟩b"],
  ["line\u2028end", "line\nend"],
  ["\u001b]0;never closed\nnext line", "\nnext line"],
])("%j becomes %j", (text, clean) => {
  expect(sanitize(text)).toBe(clean);
});

const nasty = fc.string({
  unit: fc.constantFrom(
    "\u001b",
    "[",
    "]",
    "3",
    ";",
    "m",
    "P",
    "\\",
    "\u0007",
    "\n",
    "a",
    "\u202e",
    "\u009b",
    "👩",
    "\u200d",
    "\ufe0f",
    "\udb40",
    "\udc41",
    "\u001b[",
  ),
});

test("gives the same however the text is cut", () => {
  fc.assert(
    fc.property(fc.array(nasty), (pieces) => {
      const stream = new Sanitizer();
      expect(pieces.map((piece) => stream.push(piece)).join("")).toBe(sanitize(pieces.join("")));
    }),
  );
});

test("nothing that a terminal obeys comes through, and cleaning twice changes nothing", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const clean = sanitize(text);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
      expect(clean).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(sanitize(clean)).toBe(clean);
    }),
  );
});
