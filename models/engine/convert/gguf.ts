/** Writes models in the GGUF format, which llama.cpp loads. */

/** @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
export type GgufValue =
  | { readonly type: "uint32"; readonly value: number }
  | { readonly type: "float32"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "int32s"; readonly value: readonly number[] };

/** A tensor that is made when its turn comes: never all are in memory. */
export interface GgufTensor {
  readonly name: string;
  /** Rows first. */
  readonly shape: readonly number[];
  readonly type: "F32" | "F16";
  readonly values: () => Promise<Float32Array>;
}

const VERSION = 3;
const ALIGNMENT = 32;
const TENSOR_TYPES = { F32: 0, F16: 1 } as const;
const NUMBER_BYTES = { F32: 4, F16: 2 } as const;
const VALUE_TYPES = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
const ENCODER = new TextEncoder();

/** The bytes of a file, in pieces; the same for the same model on every machine. */
export async function* ggufBytes(
  metadata: ReadonlyMap<string, GgufValue>,
  tensors: readonly GgufTensor[],
): AsyncGenerator<Uint8Array, void> {
  const head = headOf(metadata, tensors);
  yield head;
  yield padding(head.length);
  for (const tensor of tensors) {
    const values = await tensor.values();
    const bytes = asBytes(tensor.type === "F32" ? values : new Float16Array(values));
    yield bytes;
    yield padding(bytes.length);
  }
}

function headOf(
  metadata: ReadonlyMap<string, GgufValue>,
  tensors: readonly GgufTensor[],
): Uint8Array {
  const head = new Bytes();
  head.raw(ENCODER.encode("GGUF"));
  head.uint32(VERSION);
  head.uint64(tensors.length);
  head.uint64(metadata.size);
  for (const [key, value] of metadata) {
    head.string(key);
    head.value(value);
  }
  let offset = 0;
  for (const { name, shape, type } of tensors) {
    head.string(name);
    head.uint32(shape.length);
    // The number of columns comes first.
    for (const size of shape.toReversed()) head.uint64(size);
    head.uint32(TENSOR_TYPES[type]);
    head.uint64(offset);
    const bytes = bytesOf(shape, type);
    offset += bytes + padding(bytes).length;
  }
  return head.toBytes();
}

function bytesOf(shape: readonly number[], type: GgufTensor["type"]): number {
  return shape.reduce((product, size) => product * size, NUMBER_BYTES[type]);
}

function padding(length: number): Uint8Array {
  return new Uint8Array((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);
}

function asBytes(values: Float32Array | Float16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Numbers and texts behind each other, least significant byte first. */
class Bytes {
  readonly #parts: Uint8Array[] = [];

  raw(bytes: Uint8Array): void {
    this.#parts.push(bytes);
  }

  uint32(value: number): void {
    this.raw(new Uint8Array(new Uint32Array([value]).buffer));
  }

  uint64(value: number): void {
    this.raw(new Uint8Array(new BigUint64Array([BigInt(value)]).buffer));
  }

  string(text: string): void {
    const bytes = ENCODER.encode(text);
    this.uint64(bytes.length);
    this.raw(bytes);
  }

  value(value: GgufValue): void {
    if (value.type === "strings") {
      this.#array(VALUE_TYPES.string, value.value.length);
      for (const text of value.value) this.string(text);
    } else if (value.type === "int32s") {
      this.#array(VALUE_TYPES.int32, value.value.length);
      this.raw(new Uint8Array(Int32Array.from(value.value).buffer));
    } else {
      this.uint32(VALUE_TYPES[value.type]);
      if (value.type === "string") this.string(value.value);
      else if (value.type === "bool") this.raw(Uint8Array.of(value.value ? 1 : 0));
      else if (value.type === "uint32") this.uint32(value.value);
      else this.raw(new Uint8Array(new Float32Array([value.value]).buffer));
    }
  }

  toBytes(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  #array(type: number, length: number): void {
    this.uint32(VALUE_TYPES.array);
    this.uint32(type);
    this.uint64(length);
  }
}
