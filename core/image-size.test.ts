import { expect, test } from "bun:test";
import fc from "fast-check";
import { growth, LINEAR } from "#test/processor-time.ts";
import { readImageSize } from "./image-size.ts";
import type { ImageType } from "./image-type.ts";

const TYPES: readonly ImageType[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

function bytes(...parts: readonly (string | readonly number[])[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) =>
      typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part),
    ),
  );
}

const PNG = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const GIF_FRAME = [0x2c, 0, 0, 0, 0, 0x10, 0x27, 1, 0, 0, 2, 1, 0x44, 0];

test.each<[string, ImageType, Uint8Array, object]>([
  [
    "a PNG of two billion pixels a side in 45 bytes",
    "image/png",
    bytes(PNG, [0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 8, 6, 0, 0, 0], "crc4"),
    { width: 2 ** 31 - 1, height: 2 ** 31 - 1, frames: 1 },
  ],
  [
    "a PNG that moves",
    "image/png",
    bytes(PNG, [0, 0, 0, 9, 0, 0, 0, 7, 8, 6, 0, 0, 0], "crc4\0\0\0\x08acTL\0\x01\0\0\0\0\0\0crc4"),
    { width: 9, height: 7, frames: 65_536 },
  ],
  [
    "a JPEG behind the thumbnail in its notes",
    "image/jpeg",
    bytes("\xff\xd8\xff\xe1\x00\x09\xff\xc0\0\x04\0\0\0", [
      ...[0xff, 0xff, 0xc2, 0, 11, 8, 0xff, 0xff, 0xff, 0xfe, 1, 1, 0x11, 0],
    ]),
    { width: 65_534, height: 65_535, frames: 1 },
  ],
  [
    "a GIF of three frames, one of which is larger than its screen",
    "image/gif",
    bytes(
      "GIF89a",
      [2, 0, 2, 0, 0x80, 0, 0],
      "colors",
      [0x21, 0xf9, 4, 0, 0, 0, 0, 0],
      [...[...GIF_FRAME, ...GIF_FRAME, ...GIF_FRAME, 0x3b]],
    ),
    { width: 10_000, height: 2, frames: 3 },
  ],
  [
    "a WebP with loss",
    "image/webp",
    bytes("RIFF----WEBPVP8 ----abc\x9d\x01\x2a", [0xff, 0x3f, 1, 0]),
    { width: 16_383, height: 1, frames: 1 },
  ],
  [
    "a WebP without loss",
    "image/webp",
    bytes("RIFF----WEBPVP8L----\x2f", [0xff, 0xff, 0xff, 0xff]),
    { width: 16_384, height: 16_384, frames: 1 },
  ],
  [
    "a WebP that moves",
    "image/webp",
    bytes(
      "RIFF----WEBPVP8X",
      [10, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xff, 0xff, 1, 0, 0],
      [
        ...Array(3)
          .fill([...Buffer.from("ANMF"), 2, 0, 0, 0, 1, 1])
          .flat(),
      ],
    ),
    { width: 2 ** 24, height: 2, frames: 3 },
  ],
])("the size of %s is read from its header", (...[, type, data, size]) => {
  expect(readImageSize(data, type)).toEqual(Object(size));
});

test("what ends before its size has none, and whatever the bytes, it is an answer and no failure", () => {
  for (const type of TYPES) expect(readImageSize(bytes("GIF8"), type)).toBeUndefined();
  const data = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), data, (type, body) => {
      const size = readImageSize(body, type);
      if (size === undefined) return;
      for (const number of Object.values(size)) expect(number).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("the smallest frames are counted in a time that grows with their number alone", async () => {
  const frame = Buffer.from(GIF_FRAME);
  const head = bytes("GIF89a", [1, 0, 1, 0, 0, 0, 0]);
  const grown = await growth((size) => {
    const data = Buffer.concat([head, ...Array(30_000 * size).fill(frame)]);
    expect(readImageSize(data, "image/gif")?.frames).toBe(30_000 * size);
  });
  expect(grown).toBeLessThan(LINEAR);
});
