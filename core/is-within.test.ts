import { expect, test } from "bun:test";
import { isWithin } from "./is-within.ts";

test.each([
  ["/a/b", "/a/b", true],
  ["/a/b/c", "/a/b", true],
  ["/a/bc", "/a/b", false],
  ["/a", "/a/b", false],
  ["/a", "/", true],
])("%s is within %s: %p", (path, folder, isSo) => {
  expect(isWithin(path, folder)).toBe(isSo);
});
