import { expect, test } from "bun:test";
import { heldAsSkipped } from "./skipped.ts";

test("what was not looked at is held in words that no program can hold", () => {
  const held = heldAsSkipped("3 inputs of its range were not asked");
  expect(held.text).toBe("not looked at: 3 inputs of its range were not asked");
  expect(held.message).toStartWith("3 inputs of its range were not asked: nothing says what");
  expect(held.message).toContain("a human decides");
});
