import { expect, test } from "bun:test";
import { sniffImage } from "./image-type.ts";

test.each([
  ["\x89PNG\r\n\x1a\nrest", "image/png"],
  ["\xff\xd8\xff\xe0", "image/jpeg"],
  ["GIF87a..", "image/gif"],
  ["GIF89a..", "image/gif"],
  ["RIFF\x10\0\0\0WEBPVP8 ", "image/webp"],
  ["RIFF\x10\0\0\0WAVEfmt ", undefined],
  ["PNG", undefined],
  ["", undefined],
] as const)("%j is %p", (bytes, type) => {
  expect(sniffImage(Buffer.from(bytes, "latin1"))).toBe(type);
});
