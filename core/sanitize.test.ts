import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Sanitizer, sanitize } from "./sanitize.ts";

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

describe("what a terminal or a reader would take for something else", () => {
  const esc = "\u001b";
  test.each([
    [
      "a link that shows another address (OSC 8)",
      `${esc}]8;;http://evil.local\u0007good.local${esc}]8;;\u0007`,
      "good.local",
    ],
    ["the clipboard (OSC 52)", `a${esc}]52;c;cm0gLXJm\u0007b${esc}]52;c;?${esc}\\c`, "abc"],
    ["the clipboard, in one character (C1)", "a\u009d52;c;cm0=\u009cb", "ab"],
    [
      "a notification and a working folder (OSC 9, 7)",
      `${esc}]9;hi\u0007${esc}]7;file:///\u0007x`,
      "x",
    ],
    ["a program of the terminal (DCS)", `a${esc}P$qm${esc}\\b\u0090+q544e\u009cc`, "abc"],
    [
      "a picture (APC) and other strings (PM, SOS)",
      `a${esc}_Gf=24;AAAA${esc}\\b${esc}^x${esc}\\c${esc}Xx${esc}\\d`,
      "abcd",
    ],
    ["a report that would be typed (DSR, DECRQSS)", `${esc}[6n${esc}[>c${esc}[?1049hx`, "x"],
    ["a sequence that ends a string and begins anew", `a${esc}]0;x${esc}[31my${esc}\\b`, "ayb"],
    ["a sequence that a control breaks off", `${esc}[3\u00181mx`, "1mx"],
    [
      "all of C1",
      `a${String.fromCharCode(...Array.from({ length: 16 }, (_, at) => 0x80 + at))}b`,
      "ab",
    ],
    [
      "a file name whose end is shown first (bidi)",
      "photo\u202egpj.exe\u202c",
      "photo⟨U+202E⟩gpj.exe⟨U+202C⟩",
    ],
    ["isolates and marks", "\u2066a\u2069\u200eb\u061c", "⟨U+2066⟩a⟨U+2069⟩⟨U+200E⟩b⟨U+061C⟩"],
    ["a word that is not one (zero-width)", "pass\u200bword\u2060\ufeff \u00adx", "password x"],
    ["an instruction that only models read (tags)", `hi${tags("ignore all")}!`, "hi!"],
    [
      "the same behind an emoji and a flag",
      `🏴${tags("gbeng")}👍${"\u{e0100}".repeat(9)}.`,
      `🏴👍${"\u{e0100}".repeat(2)}.`,
    ],
    ["a name that is written over", "evil\r\u0008\u0008good\u007f", "evilgood"],
  ])("%s", (_name, text, clean) => {
    expect(sanitize(text)).toBe(clean);
  });

  test("is taken out wherever the text and its bytes are cut", () => {
    const text = `é${esc}]8;;http://x\u0007link${esc}]8;;${esc}\\ \u009b31m漢${esc}P1$r\u009cend\u202e${tags("hi")}👩\u200d🔬.`;
    const bytes = new TextEncoder().encode(text);
    for (let first = 0; first <= bytes.length; first += 1) {
      for (const second of [first, bytes.length]) {
        const stream = new Sanitizer();
        const decoder = new TextDecoder();
        const pieces = [bytes.slice(0, first), bytes.slice(first, second), bytes.slice(second)];
        const said = pieces.map((piece) => stream.push(decoder.decode(piece, { stream: true })));
        expect(said.join("")).toBe(sanitize(text));
      }
    }
    expect(sanitize(text)).toBe("élink 漢end⟨U+202E⟩👩\u200d🔬.");
  });
});

/** Invisible letters: each of ASCII has one. */
function tags(text: string): string {
  return [...text].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("");
}

const BIDI = /\p{Bidi_Control}/u;

test("no code point that Unicode calls format or ignorable stays invisible within a word, in pieces either", () => {
  const kept: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    if (!/[\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(character)) continue;
    const text = `se${character}cret`;
    const stream = new Sanitizer();
    const pieces = [...text.split("")].map((piece) => stream.push(piece)).join("");
    const expected = BIDI.test(character)
      ? `se⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩cret`
      : "secret";
    if (sanitize(text) !== expected || pieces !== expected) kept.push(code.toString(16));
  }
  expect(kept).toEqual([]);
});

test("signs that scripts write around their own characters stay there", () => {
  const sign = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]|\u{110bd}|\u{110cd}/u;
  const all = Array.from({ length: 0x11_0ce }, (_, code) => String.fromCodePoint(code));
  for (const one of all.filter((character) => sign.test(character))) {
    expect(sanitize(`\u0661${one}\u0662`)).toBe(`\u0661${one}\u0662`);
  }
});
