import { expect, test } from "bun:test";
import { decodeText, essenceOf, isText } from "./media-type.ts";

test.each([
  "text/html",
  "TEXT/Plain; charset=utf-8",
  "text/x-python",
  "application/json",
  "application/ld+json",
  "application/vnd.github.v3+json",
  "application/xhtml+xml;q=1",
  "application/javascript",
  "image/svg+xml",
])("%s is text", (type) => {
  expect(isText(type)).toBe(true);
});

test.each([
  undefined,
  "",
  "image/png",
  "application/octet-stream",
  "application/pdf",
  "application/x-text/plain",
  "multipart/form-data; boundary=text/plain",
  "text/plain, image/png",
  "xtext/plain",
  "application/jsonx",
])("%j is not text", (type) => {
  expect(isText(type)).toBe(false);
});

test("decodes by the character set that is named, and marks what cannot be decoded", () => {
  expect(decodeText(Uint8Array.of(0xe4), "text/plain;charset=latin1")).toBe("ä");
  expect(decodeText(Uint8Array.of(0xe4, 0x21), "text/plain")).toBe("\ufffd!");
  expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x61, 0), 'text/plain; charset="UTF-16LE"')).toBe(
    "a",
  );
  expect(decodeText(Uint8Array.of(0x61), "text/plain; charset=none-such")).toBe("a");
  expect(essenceOf(" Text/HTML ; charset=x")).toBe("text/html");
});
