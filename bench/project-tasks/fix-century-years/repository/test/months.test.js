import assert from "node:assert/strict";
import test from "node:test";
import { daysInMonth } from "../src/months.js";

test("months have their days", () => {
  assert.equal(daysInMonth(2023, 1), 31);
  assert.equal(daysInMonth(2023, 2), 28);
  assert.equal(daysInMonth(2024, 2), 29);
});
