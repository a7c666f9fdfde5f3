import assert from "node:assert/strict";
import test from "node:test";
import { countText } from "../src/format.js";

test("counts have blanks between three digits", () => {
  assert.equal(countText(12), "12");
  assert.equal(countText(1234567), "1 234 567");
});
