import { expect, test } from "bun:test";
import fc from "fast-check";
import { normalised, topOf, VectorIndex } from "./vectors.ts";

test("the nearest vectors come first, however long they are, and those that point away do not come", () => {
  const rows = [
    [0, 3, 0],
    [100, 1, 0],
    [0.001, 0.001, 0],
    [-1, 0, 0],
  ];
  const index = new VectorIndex(rows.map((row) => new Float32Array(row)));
  expect(index.search(new Float32Array([1, 0, 0]), 4)).toEqual([1, 2]);
});

test("signed bytes find the nearest vector wherever it is clearly nearer", () => {
  const vector = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 7, maxLength: 7 });
  fc.assert(
    fc.property(fc.array(vector, { minLength: 2, maxLength: 20 }), vector, (rows, query) => {
      const vectors = rows.map((row) => normalised(new Float32Array(row)));
      const asked = normalised(new Float32Array(query));
      const cosines = vectors.map((row) => {
        return row.reduce((sum, value, index) => sum + value * (asked[index] ?? 0), 0);
      });
      const [first] = new VectorIndex(vectors).search(asked, 1);
      const best = Math.max(...cosines);
      if (first === undefined) expect(best).toBeLessThan(0.05);
      else expect(cosines[first] ?? 0).toBeGreaterThan(best - 0.05);
    }),
  );
});

test("no vectors, and vectors of nothing, have no nearest", () => {
  expect(new VectorIndex([]).search(new Float32Array(0), 3)).toEqual([]);
  expect(new VectorIndex([new Float32Array(4)]).search(new Float32Array(4), 3)).toEqual([]);
});

test("the top of the scores is what sorting gives", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -5, max: 20 })),
      fc.integer({ min: 1, max: 9 }),
      (scores, most) => {
        const sorted = scores
          .map((score, index) => ({ score, index }))
          .filter(({ score }) => score > 0)
          .sort((a, b) => b.score - a.score || a.index - b.index);
        const expected = sorted.slice(0, most).map(({ index }) => index);
        expect(topOf(new Float32Array(scores), most)).toEqual(expected);
      },
    ),
  );
});
