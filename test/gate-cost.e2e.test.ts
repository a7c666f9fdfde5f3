import { expect, test } from "bun:test";
import { slowDown } from "#fitness/gate/cost.ts";
import { SOURCE, toolOf } from "./tools/recipe.ts";

const { signal } = new AbortController();
const before = toolOf();
const schema = { type: "object" };

test("what needs more processor time for the same arguments is shown to", async () => {
  const source = SOURCE.replace(
    "  const kept",
    "  for (const _late of new Uint32Array(5_000_000)) continue;\n  const kept",
  );
  const question = {
    before,
    after: toolOf({ source }),
    schema,
    inputs: [{ title: "One" }],
    signal,
  };
  expect(await slowDown(question)).toEqual([
    expect.stringMatching(/^it needs \d+\.\d\d times the processor time; 1\.1 are the most$/),
  ]);
});

test("the same tool is no slower than itself, and nothing is asked where nothing can be", async () => {
  const question = { before, after: before, schema, inputs: [{ title: "One" }], signal };
  expect(await slowDown(question)).toEqual([]);
});
