import { expect, test } from "bun:test";
import fc from "fast-check";
import { compare, median, ratio } from "./compare.ts";

test("the median is the middle value, or lies between the two in the middle", () => {
  expect(median([5])).toBe(5);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 4, 2])).toBe(3);
  expect(median([])).toBeNaN();
});

test("half of the values are not above the median, and half are not below", () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const middle = median(values);
      expect(values.filter((value) => value <= middle).length * 2).toBeGreaterThanOrEqual(
        values.length,
      );
      expect(values.filter((value) => value >= middle).length * 2).toBeGreaterThanOrEqual(
        values.length,
      );
    }),
  );
});

test("a ratio compares each round with its own, so that a slow spell of the machine cancels out", () => {
  const ours = { name: "ours", samples: [2, 20, 3] };
  const theirs = { name: "theirs", samples: [1, 10, 3] };
  expect(ratio(ours, theirs)).toBe(2);
});

test("all take turns, another one begins each time, and the warm-up does not count", async () => {
  const order: string[] = [];
  const contestant = (name: string) => ({ name, round: () => order.push(name) });
  const series = await compare(["a", "b", "c"].map(contestant), { warmUp: 1, counted: 2 });
  expect(order.join("")).toBe("abcbcacab");
  expect(series).toEqual([
    { name: "a", samples: [6, 8] },
    { name: "b", samples: [4, 9] },
    { name: "c", samples: [5, 7] },
  ]);
});
