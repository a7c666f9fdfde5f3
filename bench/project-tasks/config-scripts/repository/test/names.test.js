import assert from "node:assert/strict";
import test from "node:test";
import { NAMES } from "../src/names.js";

test("every colour has six digits", () => {
  for (const colour of Object.values(NAMES)) assert.match(colour, /^#[0-9a-f]{6}$/);
});
