import { expect, test } from "bun:test";
import fc from "fast-check";
import { strictUtf8 } from "./strict-utf8.ts";

test("every text comes back as it was, with a byte order mark at its beginning too", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      for (const one of [text, `\uFEFF${text}`]) {
        expect(strictUtf8(new TextEncoder().encode(one))).toBe(one.toWellFormed());
      }
    }),
  );
});

test.each([[[0xff]], [[0xc3]], [[0xed, 0xa0, 0x80]], [[0xf5, 0x80, 0x80, 0x80]]])(
  "the bytes %p are no text",
  (bytes) => {
    expect(strictUtf8(Uint8Array.from(bytes))).toBeUndefined();
  },
);
