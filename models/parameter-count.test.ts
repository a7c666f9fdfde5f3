import { expect, test } from "bun:test";
import fc from "fast-check";
import { billionsIn, billionsOfCount, billionsOfName } from "./parameter-count.ts";

const NAMES: readonly (readonly [name: string, billions: number | undefined])[] = [
  ["qwen2.5-coder:1.5b", 1.5],
  ["qwen2.5-coder:1.5b-instruct-q4_K_M", 1.5],
  ["Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", 1.5],
  ["Qwen3-4B.gguf", 4],
  ["qwen3:0.6b", 0.6],
  ["SmolLM2-135M-Instruct", 0.135],
  ["SmolLM2-135M-Instruct.Q4_1.gguf", 0.135],
  ["mixtral:8x7b", 56],
  ["qwen3:30b-a3b", 30],
  ["Qwen3-235B-A22B-Instruct-2507", 235],
  ["Qwen2.5-7B-Instruct-1M", 7],
  ["gemma3n:e4b", 4],
  ["gpt-oss:20b", 20],
  ["kimi-k2:1t", 1000],
  ["Llama-3.2-3B-Instruct-Q4_K_M", 3],
  ["phi3:mini-128k", undefined],
  ["llama3.2", undefined],
  ["gpt-4o-mini", undefined],
  ["coder", undefined],
  ["mistral-small-24b-instruct-2501", 24],
  ["", undefined],
];

for (const [name, billions] of NAMES) {
  test(`the name "${name}" tells ${billions ?? "no"} billion weights`, () => {
    expect(billionsOfName(name)).toBe(billions);
  });
}

test("a size is read as servers write it, whatever its unit", () => {
  const sizes = ["1.5B", "134.52M", "8x7B", "7.6b", "600K", "1T"];
  expect(sizes.map(billionsIn)).toEqual([1.5, 0.1345, 56, 7.6, 0.0006, 1000]);
});

test("what is not a size tells nothing", () => {
  expect(["", "B", "1.5", "1.5 GB", "-2B", "0B", "1e9B"].map(billionsIn)).toEqual(
    Array.from({ length: 7 }, () => undefined),
  );
});

test("a count of weights becomes billions with four digits", () => {
  expect(billionsOfCount(1_777_088_000)).toBe(1.777);
  expect([0, -5, Number.NaN, Number.POSITIVE_INFINITY, "7", null].map(billionsOfCount)).toEqual(
    Array.from({ length: 6 }, () => undefined),
  );
});

test("no name gives a size that is not above zero, and none takes long", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (name) => {
      const billions = billionsOfName(name);
      return billions === undefined || (Number.isFinite(billions) && billions > 0);
    }),
  );
});
