import { expect, test } from "bun:test";
import { growth, LINEAR } from "./processor-time.ts";

/** Looks so many times at one of a few numbers. @returns something, so that the work is done. */
function work(steps: number): number {
  let sum = 0;
  for (let step = 0; step < steps; step += 1) sum += Math.sqrt(step % 97);
  return sum;
}

test("what grows with the size is told from what grows with its square, whatever the machine takes for it", async () => {
  expect(await growth((size) => work(300_000 * size))).toBeLessThan(LINEAR);
  expect(await growth((size) => work((600 * size) ** 2))).toBeGreaterThan(LINEAR);
});

test("work that is too short to be measured counts as work of a millisecond", async () => {
  expect(await growth(() => undefined)).toBeLessThan(1);
});
