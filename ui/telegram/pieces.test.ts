import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readTelegramHtml } from "#test/telegram-html.ts";
import { LONGEST_MESSAGE, piecesOf } from "./pieces.ts";

const html = (source: string, most?: number) => piecesOf(source, most).map((piece) => piece.html);

describe("a text of a model", () => {
  test.each([
    ["a <b>c</b> & d", "a &lt;b&gt;c&lt;/b&gt; &amp; d"],
    ["**bold** and `x < 1`", "<b>bold</b> and <code>x &lt; 1</code>"],
    ["**not\nbold** and `not\ncode`", "**not\nbold** and `not\ncode`"],
    ["see:\n```py\nx = 1\n```\nso", 'see:\n<pre><code class="language-py">x = 1</code></pre>\nso'],
    ["```\n</code></pre>\n```", "<pre>&lt;/code&gt;&lt;/pre&gt;</pre>"],
    ['```a"><b>\nx\n```', "<pre>x</pre>"],
    ["~~~sh\n```\n~~~", '<pre><code class="language-sh">```</code></pre>'],
    ["````\n```\nx\n```\n````", "<pre>```\nx\n```</pre>"],
    ["```py\nnever closed", '<pre><code class="language-py">never closed</code></pre>'],
    ["```\n```", undefined],
    ["half \ud83d of a character", "half \ufffd of a character"],
    ["&lt; stays what it was", "&amp;lt; stays what it was"],
  ])("%j becomes %j", (source, wanted) => {
    expect(html(source)).toEqual(wanted === undefined ? [] : [wanted]);
  });

  test("that is too long for a message is cut behind a line, and its block goes on in the next", () => {
    const pieces = html("```py\none\ntwo\nthree\nfour\n```\nend", 12);
    expect(pieces).toEqual([
      '<pre><code class="language-py">one\ntwo\n</code></pre>',
      '<pre><code class="language-py">three\nfour</code></pre>',
      "\nend",
    ]);
  });

  test("with a block that fits into a message of its own has it whole", () => {
    expect(html("some words\n```\n123456\n```", 12)).toEqual(["some words\n", "<pre>123456</pre>"]);
  });

  test("has no character cut in half", () => {
    expect(html("😀".repeat(4), 3)).toEqual(["😀", "😀", "😀", "😀"]);
  });
});

const character = fc.oneof(
  fc.constantFrom("<", ">", "&", "a", " ", "\n", "*", "</code>", "&lt;", "😀", "ß", "x".repeat(50)),
  fc.string({ unit: "grapheme", maxLength: 8 }),
);
const words = fc.array(character, { maxLength: 60 }).map((parts) => parts.join(""));
/** What is read as markup is taken out, so that the test knows what is left to read. */
const prose = words.map((text) => text.replaceAll(/[`*~]/g, "·"));
const segment = fc.oneof(
  prose.map((text) => ({ source: text, visible: text })),
  fc
    .tuple(prose, fc.constantFrom("", "py", "c++", "objective-c"), fc.constantFrom("```", "~~~~"))
    .map(([text, language, mark]) => ({
      source: `${mark}${language}\n${text}\n${mark}`,
      visible: text,
    })),
  fc
    .stringMatching(/^[a-z<&]{1,9}$/)
    .map((text) => ({ source: `**${text}** \`${text}\``, visible: `${text} ${text}` })),
);

describe("for every text", () => {
  test("the pieces, joined, say what the source says, and Telegram takes each", () => {
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 6 }),
        fc.integer({ min: 2, max: 90 }),
        (all, most) => {
          const pieces = piecesOf(all.map(({ source }) => source).join("\n"), most);
          for (const piece of pieces) {
            expect(readTelegramHtml(piece.html)).toBe(piece.plain);
            expect(piece.plain.length).toBeLessThanOrEqual(most);
            expect(piece.plain.isWellFormed()).toBe(true);
            expect(piece.plain.trim()).not.toBe("");
          }
          const visible = all.map((one) => one.visible.toWellFormed()).join("\n");
          const read = pieces.map(({ plain }) => plain).join("");
          // Pieces of nothing but white space are left out: no other character may be missing.
          expect(read.replaceAll(/\s/g, "")).toBe(visible.replaceAll(/\s/g, ""));
          if (visible.length <= most && visible.trim() !== "") expect(read).toBe(visible);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("without markup the pieces are the source, in UTF-16 code units of a message", () => {
    const long = fc.array(fc.constantFrom("word ", "<", "&amp;", "😀", "\n"), {
      minLength: 2000,
      maxLength: 3000,
    });
    fc.assert(
      fc.property(long, (parts) => {
        const source = `a${parts.join("")}b`;
        const pieces = piecesOf(source);
        expect(pieces.map(({ plain }) => plain).join("")).toBe(source);
        for (const { plain } of pieces) expect(plain.length).toBeLessThanOrEqual(LONGEST_MESSAGE);
      }),
      { numRuns: 30 },
    );
  });
});
