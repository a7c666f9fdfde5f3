import assert from "node:assert/strict";
import test from "node:test";
import { readArguments } from "../arguments.js";

test("a file is needed", () => {
  assert.equal(readArguments([]).problem, "no file");
  assert.equal(readArguments(["a.txt"]).file, "a.txt");
});
