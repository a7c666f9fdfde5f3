import { expect, test } from "bun:test";
import { counted } from "./counted.ts";

test("a noun takes an s unless one thing is counted, and thousands are apart", () => {
  expect([0, 1, 1204].map((count) => counted(count, "cycle"))).toEqual([
    ...["0 cycles", "1 cycle", "1,204 cycles"],
  ]);
});
