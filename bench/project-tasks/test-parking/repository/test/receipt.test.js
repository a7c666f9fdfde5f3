import assert from "node:assert/strict";
import test from "node:test";
import { receipt } from "../src/receipt.js";

test("a receipt has the price", () => {
  assert.equal(receipt(90), "90 min: 2.00");
});
