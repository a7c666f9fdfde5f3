import { expect, test } from "bun:test";
import fc from "fast-check";
import { sampled, sampleOf } from "./sample.ts";

const ITEMS = Array.from({ length: 30 }, (_, index) => index);
const classOf = (item: number): string => (item === 29 ? "rare" : item % 2 === 0 ? "even" : "odd");
const some = (seed: number, percent = 30) => sampleOf(ITEMS, { percent, classOf }, seed);

test("some of each class, in their order, the same for the same seed", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 100 }), (seed, percent) => {
      const chosen = some(seed, percent);
      expect(new Set(chosen.map(classOf))).toEqual(new Set(["even", "odd", "rare"]));
      expect(chosen).toEqual(ITEMS.filter((item) => chosen.includes(item)));
      expect(some(seed, percent)).toEqual(chosen);
    }),
  );
  expect(some(1)).toHaveLength(11);
});

test("each case has its turn within some runs", () => {
  const seen = new Set(Array.from({ length: 60 }, (_, seed) => some(seed)).flat());
  expect(seen.size).toBe(ITEMS.length);
});

test("all of them where all are asked for", () => {
  const before = Bun.env["ORG_ALL"];
  Bun.env["ORG_ALL"] = "1";
  try {
    expect(sampled("numbers", ITEMS, { percent: 1 })).toEqual(ITEMS);
    delete Bun.env["ORG_ALL"];
    expect(sampled("numbers", ITEMS, { percent: 1 })).toHaveLength(1);
  } finally {
    if (before === undefined) delete Bun.env["ORG_ALL"];
    else Bun.env["ORG_ALL"] = before;
  }
});
