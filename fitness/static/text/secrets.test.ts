import { expect, test } from "bun:test";
import { secretsIn } from "./secrets.ts";

test("a secret is found with its line", () => {
  expect(secretsIn(`a\nb ghp_${"a1B2".repeat(9)}\n`)).toEqual([
    { kind: expect.stringMatching(/github/i), line: 2 },
  ]);
});

test("a key that documentation prints is none, and its neighbour is one", () => {
  expect(secretsIn("key AKIAIOSFODNN7EXAMPLE\n")).toEqual([]);
  expect(secretsIn("key AKIAIOSFODNN7EXAMPLF\n")).toEqual([{ kind: "AWS access key id", line: 1 }]);
});

test("a key over several lines is told with the line on which it begins", () => {
  const lines = ["a", "-----BEGIN PRIVATE KEY-----", "MIIEvQIBADANBgkqhkiG9w0B", "a1B2".repeat(12)];
  const text = `${lines.join("\n")}\n-----END PRIVATE KEY-----\n`;
  expect(secretsIn(text)).toEqual([{ kind: expect.stringMatching(/private key/i), line: 2 }]);
});
