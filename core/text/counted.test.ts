import { expect, test } from "bun:test";
import { counted } from "./counted.ts";

test("a noun takes an s unless one thing is counted", () => {
  expect([0, 1, 2].map((count) => counted(count, "cycle"))).toEqual([
    ...["0 cycles", "1 cycle", "2 cycles"],
  ]);
});
