import assert from "node:assert/strict";
import test from "node:test";
import { initials } from "../src/initials.js";

test("initials of names", () => {
  assert.equal(initials("Ada"), "A");
  assert.equal(initials("Ada Lovelace"), "AL");
  assert.equal(initials("Ada King Lovelace"), "AL");
  assert.equal(initials("ada lovelace"), "AL");
  assert.equal(initials("  Ada   Lovelace "), "AL");
  assert.equal(initials("Anna-Lena Voss"), "AV");
  assert.equal(initials(""), "");
});
