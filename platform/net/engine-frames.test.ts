import { expect, test } from "bun:test";
import fc from "fast-check";
import { type EngineFrame, EngineFrames } from "./engine-frames.ts";

/** A frame as an engine sends it. */
function frame(kind: number, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const header = new Uint8Array(8);
  header[0] = kind;
  new DataView(header.buffer).setUint32(4, bytes.length);
  return Buffer.concat([header, bytes]);
}

function textsOf(frames: Iterable<EngineFrame>): Record<string, string> {
  const parts: Record<string, Uint8Array[]> = { stdout: [], stderr: [] };
  for (const { stream, bytes } of frames) parts[stream]?.push(bytes.slice());
  return Object.fromEntries(
    Object.entries(parts).map(([stream, all]) => [stream, Buffer.concat(all).toString()]),
  );
}

test("both streams come apart", () => {
  const frames = new EngineFrames();
  const sent = Buffer.concat([frame(1, "out"), frame(2, "error"), frame(1, ""), frame(1, "!")]);
  expect(textsOf(frames.push(sent))).toEqual({ stdout: "out!", stderr: "error" });
  expect(frames.isWhole).toBe(true);
});

test("the same texts come out however the bytes are cut", () => {
  const kinds = fc.constantFrom(1, 2);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(kinds, fc.string({ maxLength: 40 }))),
      fc.array(fc.integer({ min: 1, max: 30 })),
      (said, cuts) => {
        const sent = Buffer.concat(said.map(([kind, text]) => frame(kind, text)));
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const cut of cuts) {
          pieces.push(sent.subarray(at, at + cut));
          at += cut;
        }
        pieces.push(sent.subarray(at));
        const frames = new EngineFrames();
        const texts = textsOf(pieces.flatMap((piece) => [...frames.push(piece)]));
        const wanted = (kind: number) =>
          said.map(([one, text]) => (one === kind ? text : "")).join("");
        expect(texts).toEqual({ stdout: wanted(1), stderr: wanted(2) });
        expect(frames.isWhole).toBe(true);
      },
    ),
  );
});

test("output that ends within a header or within a frame is not whole", () => {
  for (const bytes of [4, 8, 9, 11]) {
    const frames = new EngineFrames();
    for (const _ of frames.push(frame(1, "four").subarray(0, bytes)));
    expect(frames.isWhole).toBe(false);
  }
});

test.each([
  ["of a third stream", [3, 0, 0, 0, 0, 0, 0, 1]],
  ["whose zeros are none", [1, 0, 1, 0, 0, 0, 0, 1]],
  ["that is the text of an error", [...Buffer.from('{"messag')]],
])("a header %s is refused", (_what, bytes) => {
  const frames = new EngineFrames();
  expect(() => [...frames.push(Uint8Array.from(bytes))]).toThrow("do not begin a frame");
});
