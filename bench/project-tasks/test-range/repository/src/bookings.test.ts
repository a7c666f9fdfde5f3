import { expect, test } from "bun:test";
import { isFree } from "./bookings.ts";

test("a room is free when nothing is booked", () => {
  expect(isFree([], { start: 9, end: 10 })).toBe(true);
});
