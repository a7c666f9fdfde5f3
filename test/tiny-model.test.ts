import { expect, test } from "bun:test";
import { tinyModel } from "./tiny-model.ts";

test("the same seed gives the same model, another seed another one of the same size", () => {
  const [first, second, other] = [tinyModel(), tinyModel(), tinyModel({ seed: 2 })];
  expect(Buffer.from(first).equals(second)).toBe(true);
  expect(Buffer.from(first).equals(other)).toBe(false);
  expect(other.length).toBe(first.length);
  expect(first.length).toBeLessThan(150_000);
});

test("it begins as every GGUF file of version 3 does, and its weights are aligned", () => {
  const bytes = tinyModel();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe("GGUF");
  expect([view.getUint32(4, true), view.getBigUint64(8, true)]).toEqual([3, 12n]);
  expect(bytes.length % 32).toBe(0);
});
