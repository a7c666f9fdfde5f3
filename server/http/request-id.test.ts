import { expect, test } from "bun:test";
import fc from "fast-check";
import { requestIdOf } from "./request-id.ts";

test("keeps an id that nothing could mistake for something else", () => {
  for (const id of ["a", "0b1c-2d", "job_1.2", "A".repeat(64)]) expect(requestIdOf(id)).toBe(id);
});

test("makes one where none or a strange one was sent", () => {
  for (const id of [undefined, null, "", "-a", "a b", "a\nb", "ä", "a".repeat(65), '"', "a,b"]) {
    expect(requestIdOf(id)).toMatch(/^req_[0-9a-f]{15}$/);
  }
});

test("is always harmless", () => {
  fc.assert(fc.property(fc.string(), (text) => /^[\w.-]{1,64}$/.test(requestIdOf(text))));
});
