import { expect, test } from "bun:test";
import { listOf } from "./list.ts";
import { indent } from "./text.ts";

test("lines are indented", () => {
  expect(indent("a\nb", 2)).toBe("  a\n  b");
  expect(listOf(["a", "b"])).toBe("  a\n  b");
});
