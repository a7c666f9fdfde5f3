/**
 * A language model of 140 kB with random weights, written as a GGUF file: what it says means nothing, and it says it
 * through the real llama.cpp, with a real tokenizer, a chat template and an end of its own.
 *
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export interface TinyModelOptions {
  /** The same seed gives the same bytes. @default 1 */
  readonly seed?: number;
  /** Longest prompt and answer together, in tokens. @default 8192 */
  readonly contextTokens?: number;
}

const LAYERS = 1;
const WIDTH = 32;
const HEADS = 2;
const FEED_FORWARD = 64;
const ALIGNMENT = 32;
/** Large enough that the end is as good as never the most likely token: answers last until they are ended. */
const SPREAD = 3;

/** How each metadata value is written; the numbers are those of the format. */
const U32 = 4;
const I32 = 5;
const F32 = 6;
const STRING = 8;
const ARRAY = 9;
/** Kinds of tokens. */
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;

const TEMPLATE =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/** @returns the whole file. */
export function tinyModel({ seed = 1, contextTokens = 8192 }: TinyModelOptions = {}): Uint8Array {
  const tokens = vocabulary();
  const writer = new Writer();
  const tensors = tensorsOf(tokens.length);
  const metadata = metadataOf(tokens, contextTokens);
  writer.bytes(new TextEncoder().encode("GGUF"));
  writer.u32(3);
  writer.u64(tensors.length);
  writer.u64(metadata.length);
  for (const [key, kind, value] of metadata) {
    writer.string(key);
    writer.value(kind, value);
  }
  let offset = 0;
  for (const { name, shape } of tensors) {
    writer.string(name);
    writer.u32(shape.length);
    for (const size of shape) writer.u64(size);
    writer.u32(0); // 32-bit floats
    writer.u64(offset);
    offset += aligned(bytesOf(shape));
  }
  writer.pad();
  const random = randomNormals(seed);
  for (const { name, shape } of tensors) {
    writer.bytes(weights(name, shape, random));
    writer.pad();
  }
  return writer.whole();
}

interface Token {
  readonly text: string;
  readonly kind: number;
}

function vocabulary(): readonly Token[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => ({
    text: `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
    kind: BYTE,
  }));
  const characters = Array.from({ length: 95 }, (_, index) => ({
    text: index === 0 ? "▁" : String.fromCharCode(32 + index),
    kind: NORMAL,
  }));
  return [
    { text: "<unk>", kind: UNKNOWN },
    { text: "<|im_start|>", kind: CONTROL },
    { text: "<|im_end|>", kind: CONTROL },
    ...bytes,
    ...characters,
  ];
}

type Metadata = readonly [key: string, kind: number, value: unknown];

function metadataOf(tokens: readonly Token[], contextTokens: number): readonly Metadata[] {
  return [
    ["general.architecture", STRING, "llama"],
    ["general.name", STRING, "tiny"],
    ["general.alignment", U32, ALIGNMENT],
    ["llama.block_count", U32, LAYERS],
    ["llama.context_length", U32, contextTokens],
    ["llama.embedding_length", U32, WIDTH],
    ["llama.feed_forward_length", U32, FEED_FORWARD],
    ["llama.attention.head_count", U32, HEADS],
    ["llama.attention.head_count_kv", U32, HEADS],
    ["llama.attention.layer_norm_rms_epsilon", F32, 1e-5],
    ["llama.rope.dimension_count", U32, WIDTH / HEADS],
    ["llama.vocab_size", U32, tokens.length],
    ["tokenizer.ggml.model", STRING, "llama"],
    ["tokenizer.ggml.tokens", ARRAY, [STRING, tokens.map(({ text }) => text)]],
    ["tokenizer.ggml.scores", ARRAY, [F32, tokens.map((_, index) => -index)]],
    ["tokenizer.ggml.token_type", ARRAY, [I32, tokens.map(({ kind }) => kind)]],
    ["tokenizer.ggml.unknown_token_id", U32, 0],
    ["tokenizer.ggml.bos_token_id", U32, 1],
    ["tokenizer.ggml.eos_token_id", U32, 2],
    ["tokenizer.chat_template", STRING, TEMPLATE],
  ];
}

interface Tensor {
  readonly name: string;
  /** The inner dimension first. */
  readonly shape: readonly number[];
}

function tensorsOf(tokens: number): readonly Tensor[] {
  const layers = Array.from({ length: LAYERS }, (_, layer) => [
    { name: `blk.${layer}.attn_norm.weight`, shape: [WIDTH] },
    ...["attn_q", "attn_k", "attn_v", "attn_output"].map((name) => ({
      name: `blk.${layer}.${name}.weight`,
      shape: [WIDTH, WIDTH],
    })),
    { name: `blk.${layer}.ffn_norm.weight`, shape: [WIDTH] },
    { name: `blk.${layer}.ffn_gate.weight`, shape: [WIDTH, FEED_FORWARD] },
    { name: `blk.${layer}.ffn_up.weight`, shape: [WIDTH, FEED_FORWARD] },
    { name: `blk.${layer}.ffn_down.weight`, shape: [FEED_FORWARD, WIDTH] },
  ]);
  return [
    { name: "token_embd.weight", shape: [WIDTH, tokens] },
    ...layers.flat(),
    { name: "output_norm.weight", shape: [WIDTH] },
    { name: "output.weight", shape: [WIDTH, tokens] },
  ];
}

function weights(name: string, shape: readonly number[], random: () => number): Uint8Array {
  const count = shape.reduce((all, one) => all * one, 1);
  const isNorm = name.includes("_norm");
  const scale = (name === "output.weight" ? SPREAD : 1) / Math.sqrt(WIDTH);
  const values = Float32Array.from({ length: count }, () => (isNorm ? 1 : random() * scale));
  // What is not a plain character, the end among it, is unlikely: text is easier to read than bytes.
  if (name === "output.weight") values.fill(0, 0, (3 + 256) * WIDTH);
  return new Uint8Array(values.buffer);
}

/** Values around 0, by the seed alone. */
function randomNormals(seed: number): () => number {
  let state = seed >>> 0 || 1;
  const next = (): number => {
    // Marsaglia's xorshift with 32 bits; see https://www.jstatsoft.org/article/view/v008i14
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  // Twelve uniform values make one that is normal enough.
  return () => Array.from({ length: 12 }, next).reduce((sum, one) => sum + one, -6);
}

function bytesOf(shape: readonly number[]): number {
  return shape.reduce((all, one) => all * one, 4);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Little-endian throughout. */
class Writer {
  readonly #pieces: Uint8Array[] = [];
  #size = 0;

  bytes(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#size += bytes.length;
  }

  u32(value: number): void {
    this.bytes(new Uint8Array(Uint32Array.of(value).buffer));
  }

  u64(value: number): void {
    this.bytes(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer));
  }

  string(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u64(bytes.length);
    this.bytes(bytes);
  }

  value(kind: number, value: unknown): void {
    this.u32(kind);
    this.#content(kind, value);
  }

  pad(): void {
    this.bytes(new Uint8Array(aligned(this.#size) - this.#size));
  }

  whole(): Uint8Array {
    return Buffer.concat(this.#pieces);
  }

  #content(kind: number, value: unknown): void {
    if (kind === STRING) this.string(String(value));
    else if (kind === U32 || kind === I32) this.u32(Number(value));
    else if (kind === F32) this.bytes(new Uint8Array(Float32Array.of(Number(value)).buffer));
    else this.#array(value as readonly [number, readonly unknown[]]);
  }

  #array([kind, values]: readonly [number, readonly unknown[]]): void {
    this.u32(kind);
    this.u64(values.length);
    for (const value of values) this.#content(kind, value);
  }
}
