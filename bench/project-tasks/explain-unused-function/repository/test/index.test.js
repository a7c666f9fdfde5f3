import assert from "node:assert/strict";
import test from "node:test";
import { searchKey } from "../src/index.js";

test("blanks and capital letters do not count", () => {
  assert.equal(searchKey("  Old   Town "), "old town");
});
