import { expect, test } from "bun:test";
import fc from "fast-check";
import { LineReader } from "./ndjson.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

function linesOf(pieces: readonly Uint8Array[]): string[] {
  const reader = new LineReader();
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}

test("lines with and without a carriage return, empty ones, and a last one without its end", () => {
  expect(linesOf([bytesOf('{"a":1}\n\r\n{"b":2}\r\n{"c":3}')])).toEqual([
    '{"a":1}',
    '{"b":2}',
    '{"c":3}',
  ]);
});

test("cut at every byte, in the middle of characters too, it yields the same lines", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", minLength: 1 })), (texts) => {
      const lines = texts.map((text) => JSON.stringify({ text }));
      const bytes = bytesOf(lines.map((line) => `${line}\n`).join(""));
      for (let at = 0; at <= bytes.length; at += 1) {
        expect(linesOf([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(lines);
      }
    }),
    { numRuns: 20 },
  );
});

test("a line without end fails, and nothing behind it is read", () => {
  const reader = new LineReader(10);
  expect(reader.push(bytesOf("12345"))).toEqual([]);
  expect(reader.failure).toBeUndefined();
  reader.push(bytesOf("678901"));
  expect(reader.failure).toMatchObject({ code: "STREAM_ERROR" });
  expect(reader.push(bytesOf("\n{}\n"))).toEqual([]);
});
