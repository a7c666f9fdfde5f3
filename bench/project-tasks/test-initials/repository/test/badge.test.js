import assert from "node:assert/strict";
import test from "node:test";
import { badge } from "../src/badge.js";

test("a badge has initials and a room", () => {
  assert.equal(badge({ name: "Ada Lovelace", room: "B2" }), "[AL] B2");
});
