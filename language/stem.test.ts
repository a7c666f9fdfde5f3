import { expect, test } from "bun:test";
import fc from "fast-check";
import { stem, withoutInflection } from "./stem.ts";

const FAMILIES = [
  ["convert", "converts", "converted", "converting", "converter"],
  ["hash", "hashes", "hashed", "hashing"],
  ["box", "boxes"],
  ["query", "queries"],
  ["verify", "verified", "verifies"],
  ["stop", "stopped", "stopping", "stops"],
  ["validate", "validates", "validation", "validator", "validating"],
  ["normalize", "normalise", "normalization", "normalizer", "normalized"],
  ["compress", "compressed", "compression"],
  ["parse", "parser", "parsing", "parses"],
  ["detect", "detection", "detector"],
  ["encode", "encoder", "encoding"],
  ["similar", "similarity"],
  ["readable", "reads"],
];

test.each(FAMILIES)("all forms of %s meet", (first, ...others) => {
  for (const other of others) expect(stem(other)).toBe(stem(first));
});

test("words that only look like forms stay apart", () => {
  const words = [
    "status",
    "class",
    "thing",
    "string",
    "need",
    "bus",
    "red",
    "order",
    "list",
    "code",
  ];
  expect(new Set(words.map(stem)).size).toBe(words.length);
  expect(["status", "class", "thing", "need", "red"].map(withoutInflection)).toEqual([
    "status",
    "class",
    "thing",
    "need",
    "red",
  ]);
});

test("a name with digits stays as it is", () => {
  expect(["sha256", "utf8s", "ipv4"].map(stem)).toEqual(["sha256", "utf8s", "ipv4"]);
});

test("something is left of every word", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,20}$/), (word) => {
      expect(stem(word).length).toBeGreaterThan(0);
      expect(stem(word).length).toBeLessThanOrEqual(word.length);
    }),
  );
});
