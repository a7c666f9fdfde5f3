import { expect, test } from "bun:test";
import { Glob } from "bun";

const paths = [...new Glob("**/*").scanSync(".")].filter((path) => path !== "hidden.test.ts");
const texts = await Promise.all(paths.map((path) => Bun.file(path).text()));
const count = (word: RegExp) => texts.join("\n").match(word)?.length ?? 0;

test("the old name is gone, and the new one is at each of its places", () => {
  expect(count(/\bcalc\b/g)).toBe(0);
  expect(count(/\bticketPrice\b/g)).toBeGreaterThanOrEqual(12);
});

test("everything works as before", async () => {
  const { ticketPrice } = await import("./src/fares.ts");
  const { familyPrice } = await import("./src/family.ts");
  const { display } = await import("./src/machine.ts");
  expect([ticketPrice(2, false), ticketPrice(2, true)]).toEqual([280, 140]);
  expect([familyPrice(2, 1, 1), display(3)]).toEqual([500, "3.60 / 1.80"]);
});
