import { expect, test } from "bun:test";
import fc from "fast-check";
import { textLines } from "./lines.ts";

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array, void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

test("cuts at line feeds only, and takes a last line without one", async () => {
  const text = "one\r\n\u2028two\u0085\n\nthree";
  const lines = ["one", "\u2028two\u0085", "", "three"];
  expect(await Array.fromAsync(textLines(inPieces(text, 1)))).toEqual(lines);
});

test("gives the same however the bytes are cut", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "\n", "🦊", "\u2028", "é") });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (content, size) => {
      const whole = await Array.fromAsync(textLines(inPieces(content, 1_000_000)));
      expect(await Array.fromAsync(textLines(inPieces(content, size)))).toEqual(whole);
    }),
  );
});
