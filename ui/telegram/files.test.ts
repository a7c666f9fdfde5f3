import { expect, test } from "bun:test";
import fc from "fast-check";
import { cleanName } from "./files.ts";

test.each([
  ["notes.md", "notes.md"],
  ["../../etc/passwd", "passwd"],
  ["C:\\Users\\a\\b c.txt", "b_c.txt"],
  [".bashrc", "bashrc"],
  ["...", "file"],
  ["", "file"],
  [".tar", "tar"],
  ["a\u202egnp.exe", "a_gnp.exe"],
  ["Größe – 日本.pdf", "Größe_日本.pdf"],
  [`${"x".repeat(300)}.tar.gz`, `${"x".repeat(80)}.gz`],
  ["-rf", "rf"],
])("the file %j is called %j", (name, clean) => {
  expect(cleanName(name)).toBe(clean);
});

test("no name leads elsewhere, is hidden, or is an option", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      expect(cleanName(name)).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u);
      expect(cleanName(name).length).toBeLessThanOrEqual(180);
    }),
  );
});
