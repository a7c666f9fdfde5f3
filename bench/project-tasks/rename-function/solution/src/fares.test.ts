import { expect, test } from "bun:test";
import { familyPrice } from "./family.ts";
import { ticketPrice } from "./fares.ts";

test("prices", () => {
  expect(ticketPrice(2, false)).toBe(280);
  expect(ticketPrice(2, true)).toBe(140);
  expect(familyPrice(2, 1, 1)).toBe(500);
});
