import { expect, test } from "bun:test";
import { centred } from "./centred.ts";
import type { Embedder } from "./embedder.ts";

const { signal } = new AbortController();

/** A direction for each letter that a text begins with, and twice as much that all of them have in common. */
const alike: Embedder = {
  id: "alike",
  embed: async (texts) =>
    texts.map((text) => {
      const vector = new Float32Array(27);
      vector[26] = 2;
      vector[(text.toLowerCase().codePointAt(0) ?? 97) - 97] = 1;
      return vector;
    }),
};

function cosine(one: Float32Array | undefined, other: Float32Array | undefined): number {
  return one?.reduce((sum, number, at) => sum + number * (other?.[at] ?? 0), 0) ?? 0;
}

test("texts that have nothing in common are at right angles, about, and those that do are not", async () => {
  const [one, other] = await alike.embed(["zebra", "xylophone"], "query", signal);
  expect(cosine(one, other) / 5).toBeCloseTo(0.8, 5);
  const model = await centred(alike, signal);
  const [zebra, xylophone, zoo] = await model.embed(["zebra", "xylophone", "zoo"], "query", signal);
  expect(Math.abs(cosine(zebra, xylophone))).toBeLessThan(0.2);
  expect(cosine(zebra, zoo)).toBeCloseTo(1, 5);
  expect([model.id, model.dimensions]).toEqual(["alike centred 27", 27]);
});

test("a model that cannot be asked is none", async () => {
  const embed = () => Promise.reject(new Error("gone"));
  await expect(centred({ id: "gone", embed }, signal)).rejects.toThrow("gone");
});
