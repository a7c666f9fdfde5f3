import { expect, test } from "bun:test";
import { closeSync, writeSync } from "node:fs";
import fc from "fast-check";
import { openPipe } from "../libc.ts";
import { capture } from "./output.ts";

async function captured(chunks: readonly Uint8Array[], capBytes: number) {
  const pipe = openPipe();
  const pieces: string[] = [];
  let floods = 0;
  const reading = capture(pipe.read, {
    capBytes,
    onText: (text) => pieces.push(text),
    onFlood: () => {
      floods += 1;
    },
  });
  for (const chunk of chunks) if (chunk.length > 0) writeSync(pipe.write, chunk);
  closeSync(pipe.write);
  const result = await reading;
  closeSync(pipe.read);
  return { ...result, pieces, floods };
}

const bytes = (text: string) => new TextEncoder().encode(text);

test("keeps everything up to the cap", async () => {
  expect(await captured([bytes("abc")], 3)).toMatchObject({
    text: "abc",
    truncated: false,
    floods: 0,
  });
});

test("one byte more is a flood, told once", async () => {
  const result = await captured([bytes("ab"), bytes("cd"), bytes("ef")], 3);
  expect(result).toMatchObject({ text: "abc", truncated: true, floods: 1 });
});

test("never shows half a character at the cap, however the bytes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "grapheme", maxLength: 30 }),
      fc.nat(40),
      fc.array(fc.nat(60)),
      async (text, capBytes, cuts) => {
        const all = bytes(text);
        const edges = [0, ...cuts.map((cut) => Math.min(cut, all.length)), all.length].sort(
          (a, b) => a - b,
        );
        const chunks = edges.slice(1).map((edge, index) => all.subarray(edges[index], edge));
        const result = await captured(chunks, capBytes);
        expect(text.startsWith(result.text)).toBe(true);
        expect(bytes(result.text).length).toBeLessThanOrEqual(capBytes);
        expect(result.truncated).toBe(all.length > capBytes);
        if (!result.truncated) expect(result.text).toBe(text);
        expect(result.pieces.join("")).toBe(result.text);
      },
    ),
  );
});
