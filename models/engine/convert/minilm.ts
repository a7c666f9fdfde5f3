/** Makes of all-MiniLM-L6-v2, as its makers publish it, a file that llama.cpp loads: half the size, the same vectors. */
import { loadText } from "#platform/files.ts";
import { type GgufTensor, type GgufValue, ggufBytes } from "./gguf.ts";
import { openTensors, type Tensors } from "./safetensors.ts";

export interface MiniLmFiles {
  /** Absolute path of `model.safetensors`. */
  readonly tensors: string;
  /** Absolute path of `vocab.txt`: a word piece a line, by number. */
  readonly vocabulary: string;
}

const NUMBERS = 384;
const INNER = 1536;
const LAYERS = 6;
const POSITIONS = 512;
const HEADS = 12;
/** What llama.cpp calls the mean of all tokens. */
const MEAN_POOLING = 1;
/** File type of a model in numbers of 16 bits. */
const MOSTLY_F16 = 1;
const NORMAL = 1;
const CONTROL = 3;

/** Of each layer: its name, what llama.cpp calls it, and the rows and columns of its weights; norms have one row. */
const LAYER_PARTS: readonly (readonly [string, string, readonly number[]])[] = [
  ["attention.self.query", "attn_q", [NUMBERS, NUMBERS]],
  ["attention.self.key", "attn_k", [NUMBERS, NUMBERS]],
  ["attention.self.value", "attn_v", [NUMBERS, NUMBERS]],
  ["attention.output.dense", "attn_output", [NUMBERS, NUMBERS]],
  ["attention.output.LayerNorm", "attn_output_norm", [NUMBERS]],
  ["intermediate.dense", "ffn_up", [INNER, NUMBERS]],
  ["output.dense", "ffn_down", [NUMBERS, INNER]],
  ["output.LayerNorm", "layer_output_norm", [NUMBERS]],
];

/** @returns the bytes of the file, in pieces. @throws {OrgError} `DOWNLOAD_FAILED` for files of another model. */
export async function* convertMiniLm({
  tensors,
  vocabulary,
}: MiniLmFiles): AsyncGenerator<Uint8Array, void> {
  const source = await openTensors(tensors);
  const pieces = (await loadText(vocabulary)).trimEnd().split("\n");
  yield* ggufBytes(metadataOf(pieces), tensorsOf(source, pieces.length));
}

function tensorsOf(source: Tensors, pieces: number): readonly GgufTensor[] {
  const of = (from: string, name: string, shape: readonly number[]): GgufTensor => ({
    ...{ name, shape },
    // Numbers of one row and positions weigh little and count much.
    type: shape.length > 1 && /^(?:token_embd|blk)\b/.test(name) ? "F16" : "F32",
    values: async () => {
      const { shape: found, values } = await source.read(from);
      if (found.join() === shape.join()) return values;
      throw new Error(`${from} is ${found.join(" × ")} and should be ${shape.join(" × ")}`);
    },
  });
  const embedded = (name: string) => `embeddings.${name}`;
  const head = [
    of(embedded("word_embeddings.weight"), "token_embd.weight", [pieces, NUMBERS]),
    of(embedded("position_embeddings.weight"), "position_embd.weight", [POSITIONS, NUMBERS]),
    of(embedded("token_type_embeddings.weight"), "token_types.weight", [2, NUMBERS]),
    of(embedded("LayerNorm.weight"), "token_embd_norm.weight", [NUMBERS]),
    of(embedded("LayerNorm.bias"), "token_embd_norm.bias", [NUMBERS]),
  ];
  const layers = Array.from({ length: LAYERS }, (_, layer) =>
    LAYER_PARTS.flatMap(([from, to, shape]) => [
      of(`encoder.layer.${layer}.${from}.weight`, `blk.${layer}.${to}.weight`, shape),
      of(`encoder.layer.${layer}.${from}.bias`, `blk.${layer}.${to}.bias`, shape.slice(0, 1)),
    ]),
  );
  return [...head, ...layers.flat()];
}

function metadataOf(pieces: readonly string[]): ReadonlyMap<string, GgufValue> {
  const uint32 = (value: number) => ({ type: "uint32", value }) as const;
  const isControl = (piece: string) => /^\[.*\]$/.test(piece);
  const numbers = ["[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"].map((one) => pieces.indexOf(one));
  const [unknown = 0, separator = 0, pad = 0, start = 0, mask = 0] = numbers;
  return new Map<string, GgufValue>([
    ["general.architecture", { type: "string", value: "bert" }],
    ["general.name", { type: "string", value: "all-MiniLM-L6-v2" }],
    ["general.file_type", uint32(MOSTLY_F16)],
    ["bert.block_count", uint32(LAYERS)],
    ["bert.context_length", uint32(POSITIONS)],
    ["bert.embedding_length", uint32(NUMBERS)],
    ["bert.feed_forward_length", uint32(INNER)],
    ["bert.attention.head_count", uint32(HEADS)],
    ["bert.attention.layer_norm_epsilon", { type: "float32", value: 1e-12 }],
    ["bert.attention.causal", { type: "bool", value: false }],
    ["bert.pooling_type", uint32(MEAN_POOLING)],
    ["tokenizer.ggml.model", { type: "string", value: "bert" }],
    ["tokenizer.ggml.token_type_count", uint32(2)],
    ["tokenizer.ggml.tokens", { type: "strings", value: pieces.map(writtenPiece) }],
    [
      "tokenizer.ggml.token_type",
      { type: "int32s", value: pieces.map((one) => (isControl(one) ? CONTROL : NORMAL)) },
    ],
    ["tokenizer.ggml.unknown_token_id", uint32(unknown)],
    ["tokenizer.ggml.seperator_token_id", uint32(separator)],
    ["tokenizer.ggml.padding_token_id", uint32(pad)],
    ["tokenizer.ggml.bos_token_id", uint32(start)],
    ["tokenizer.ggml.eos_token_id", uint32(separator)],
    ["tokenizer.ggml.mask_token_id", uint32(mask)],
    ["tokenizer.ggml.add_bos_token", { type: "bool", value: true }],
    ["tokenizer.ggml.add_eos_token", { type: "bool", value: true }],
  ]);
}

/** llama.cpp marks the beginning of a word, the vocabulary its middle. */
function writtenPiece(piece: string): string {
  if (/^\[.*\]$/.test(piece)) return piece;
  return piece.startsWith("##") ? piece.slice(2) : `\u2581${piece}`;
}
