/** Files of a model of the shape of all-MiniLM-L6-v2 that knows nothing: all of its numbers are the same. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const NUMBERS = 384;
const INNER = 1536;
const PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "shop", "##s"];

const LAYER: readonly (readonly [string, readonly number[]])[] = [
  ...["query", "key", "value"].map((one) => [`attention.self.${one}`, [NUMBERS, NUMBERS]] as const),
  ["attention.output.dense", [NUMBERS, NUMBERS]],
  ["attention.output.LayerNorm", [NUMBERS]],
  ["intermediate.dense", [INNER, NUMBERS]],
  ["output.dense", [NUMBERS, INNER]],
  ["output.LayerNorm", [NUMBERS]],
];

/** @param positions 512 in the real one. @returns the paths of tensors and vocabulary. */
export function writeMiniLm(
  folder: string,
  positions = 512,
): { tensors: string; vocabulary: string } {
  const shapes: [string, readonly number[]][] = [
    ["embeddings.word_embeddings.weight", [PIECES.length, NUMBERS]],
    ["embeddings.position_embeddings.weight", [positions, NUMBERS]],
    ["embeddings.token_type_embeddings.weight", [2, NUMBERS]],
    ["embeddings.LayerNorm.weight", [NUMBERS]],
    ["embeddings.LayerNorm.bias", [NUMBERS]],
  ];
  for (let layer = 0; layer < 6; layer += 1) {
    for (const [name, shape] of LAYER) {
      shapes.push([`encoder.layer.${layer}.${name}.weight`, shape]);
      shapes.push([`encoder.layer.${layer}.${name}.bias`, shape.slice(0, 1)]);
    }
  }
  let offset = 0;
  const header = Object.fromEntries(
    shapes.map(([name, shape]) => {
      const from = offset;
      offset += shape.reduce((product, size) => product * size, 4);
      return [name, { dtype: "F32", shape, data_offsets: [from, offset] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  const tensors = join(folder, "model.safetensors");
  const numbers = new Float32Array(offset / 4).fill(0.25);
  writeFileSync(tensors, Buffer.concat([length, text, new Uint8Array(numbers.buffer)]));
  const vocabulary = join(folder, "vocab.txt");
  writeFileSync(vocabulary, `${PIECES.join("\n")}\n`);
  return { tensors, vocabulary };
}
