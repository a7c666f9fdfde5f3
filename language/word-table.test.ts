import { expect, test } from "bun:test";
import fc from "fast-check";
import { loadKnowledge } from "./load-knowledge.ts";
import { WordTable, writeWordTable } from "./word-table.ts";

test("what was written is read again, to within the rounding", () => {
  const number = fc.float({ min: -1, max: 1, noNaN: true });
  const rows = fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(rows, (given) => {
      const words = given.map((_row, index) => `word${String.fromCharCode(97 + index)}x`);
      const vectors = new Float32Array(given.flat());
      const table = new WordTable(writeWordTable({ words, dimensions: 3, vectors }));
      for (const [rank, row] of given.entries()) {
        expect(table.rankOf(words[rank] ?? "")).toBe(rank);
        const read = new Float32Array(3);
        table.add(rank, Math.hypot(...row), read);
        const largest = Math.max(...row.map(Math.abs));
        for (const [index, value] of row.entries()) {
          expect(Math.abs((read[index] ?? 0) - value)).toBeLessThanOrEqual(largest * 0.02 + 1e-6);
        }
      }
    }),
  );
});

test("forms of a word are found by the one that is there", () => {
  const vectors = new Float32Array([1, 0, 0, 1]);
  const words = ["compress", "cube"];
  const table = new WordTable(writeWordTable({ words, dimensions: 2, vectors }));
  expect(["compressed", "cubes", "cubing", "other"].map((word) => table.rankOf(word))).toEqual([
    ...[0, 1, 1, undefined],
  ]);
});

test("of a word that the table has in another form only, that form is found", () => {
  const vectors = new Float32Array([1, 0, 0, 1]);
  const words = ["deleted", "deletion"];
  const table = new WordTable(writeWordTable({ words, dimensions: 2, vectors }));
  expect(["deletion", "delete", "deletes", "delta"].map((word) => table.rankOf(word))).toEqual([
    ...[1, 0, 0, undefined],
  ]);
});

test("a damaged table is refused", () => {
  const vectors = new Float32Array([1, 0]);
  const bytes = writeWordTable({ words: ["a", "b"], dimensions: 1, vectors });
  expect(() => new WordTable(bytes.subarray(0, -1))).toThrow();
  expect(() => new WordTable(Buffer.from('{"words":"2"}\n'))).toThrow("damaged");
});

test("words of the table that comes with the program mean what they mean", async () => {
  const { table } = await loadKnowledge();
  const likeness = (a: string, b: string) =>
    table.similarity(table.rankOf(a) ?? -1, table.rankOf(b) ?? -1);
  expect(likeness("photo", "image")).toBeGreaterThan(likeness("photo", "money"));
  expect(likeness("money", "currency")).toBeGreaterThan(likeness("money", "rain"));
});
