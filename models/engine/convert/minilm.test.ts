import { expect, test } from "bun:test";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { writeMiniLm } from "#test/minilm-files.ts";
import { convertMiniLm } from "./minilm.ts";

test("all of its tensors are taken, weights with 16 bits, and words with their beginnings marked", async () => {
  await using folder = await temporaryFolder("minilm");
  const bytes = Buffer.concat(await Array.fromAsync(convertMiniLm(writeMiniLm(folder.path))));
  // 5 of the beginning, 16 of each of 6 layers.
  expect([bytes.readBigUInt64LE(8), bytes.readBigUInt64LE(16)]).toEqual([101n, 23n]);
  for (const text of ["▁shop", "token_embd.weight", "blk.5.layer_output_norm.bias"]) {
    expect(bytes.includes(text)).toBe(true);
  }
  expect(bytes.includes("##s")).toBe(false);
  const id = (key: string) => {
    const at = bytes.indexOf(`tokenizer.ggml.${key}_token_id`);
    return bytes.readUInt32LE(at + `tokenizer.ggml.${key}_token_id`.length + 4);
  };
  expect(["unknown", "seperator", "padding", "bos", "eos", "mask"].map(id)).toEqual([
    ...[1, 3, 0, 2, 3, 4],
  ]);
  // 6 layers of 1,769,472 weights and 7 words of 384 with 16 bits, positions, types, biases and norms with 32.
  const most = 2 * (6 * 1_769_472 + 7 * 384) + 4 * (514 * 384 + 2 * 384 + 6 * 4992);
  expect(bytes.length).toBeGreaterThan(most);
  expect(bytes.length).toBeLessThan(most + 16_384);
});

test("a model of another shape is not turned into anything", async () => {
  await using folder = await temporaryFolder("minilm");
  const converting = Array.fromAsync(convertMiniLm(writeMiniLm(folder.path, 256)));
  await expect(converting).rejects.toThrow("position_embeddings.weight is 256 × 384");
});
