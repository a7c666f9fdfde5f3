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
