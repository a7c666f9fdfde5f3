import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import type { TextModel } from "#memory/note-embedder.ts";
import { cosinesBy } from "./cosines.ts";

/** A model of two numbers a text, none of length 1; what it was asked is kept. */
function modelOf(asked: unknown[]): TextModel {
  const vectors: Readonly<Record<string, readonly number[]>> = {
    own: [3, 4],
    same: [6, 8],
    across: [-4, 3],
  };
  return {
    ...{ id: "model", dimensions: 2 },
    embed: async (texts, purpose, signal) => {
      asked.push([texts, purpose, signal?.aborted]);
      return texts.map((text) => Float32Array.from(vectors[text] ?? [4, 3]));
    },
  };
}

test("texts are compared by the model, all of them in one question", async () => {
  const asked: unknown[] = [];
  const cosines = cosinesBy(async () => modelOf(asked));
  const found = await cosines("own", ["same", "across", "else"]);
  expect(found.map((value) => Number(value.toFixed(5)))).toEqual([1, 0, 0.96]);
  expect(asked).toEqual([[["own", "same", "across", "else"], "document", false]]);
  expect(await cosines("own", [])).toEqual([]);
  expect(asked).toHaveLength(1);
});

test("texts are compared by their words where there is no model, and where it fails", async () => {
  const refused = new OrgError("It is away", { code: "PROVIDER_UNREACHABLE", remedies: [] });
  for (const model of [async () => undefined, () => Promise.reject(refused)]) {
    const found = await cosinesBy(model)("the cat sleeps", ["the cat sleeps", "taxes of a bank"]);
    expect(found[0]).toBeCloseTo(1, 4);
    expect(found[1]).toBeLessThan(0.5);
  }
  const bug = cosinesBy(() => Promise.reject(new TypeError("a bug")));
  expect(async () => await bug("a", ["b"])).toThrow("a bug");
});
