/** Counts the weights of a model in its file, so that they are known before the model is loaded. */
import { loadBytes } from "#platform/files.ts";

/** @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
const MAGIC = "GGUF";
/** Bytes of a value by the number of its type; texts (8) and lists (9) have a length of their own. */
const VALUE_BYTES: Readonly<Record<number, number>> = {
  ...{ 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 },
};
const TEXT = 8;
const LIST = 9;
/** The vocabulary stands before the list of tensors; the largest known take some 20 MB. */
const LONGEST_HEAD = 128 * 1024 * 1024;
const MOST_DIMENSIONS = 8;

/**
 * Reads the list of tensors at the beginning of a GGUF file.
 *
 * @param path of the file.
 * @returns the number of weights; `undefined` where the file is not one of GGUF version 2 or 3, or is cut.
 */
export async function weightsInFile(path: string): Promise<number | undefined> {
  const bytes = await loadBytes(path, LONGEST_HEAD);
  try {
    return weightsIn(new Head(bytes));
  } catch (error) {
    // The engine says what is wrong with a file when it loads it.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** @throws {RangeError} where the bytes end or do not have the format. */
function weightsIn(head: Head): number | undefined {
  if (head.ascii(MAGIC.length) !== MAGIC) return undefined;
  const version = head.uint32();
  if (version !== 2 && version !== 3) return undefined;
  const tensors = head.uint64();
  const values = head.uint64();
  for (let index = 0; index < values; index += 1) {
    head.skipText();
    head.skipValue(head.uint32());
  }
  let weights = 0;
  for (let index = 0; index < tensors; index += 1) {
    head.skipText();
    weights += head.shapeProduct();
    head.uint32(); // the format of its numbers
    head.uint64(); // where they are
  }
  return weights > 0 ? weights : undefined;
}

/** Reads numbers one after the other, least significant byte first. */
class Head {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  ascii(length: number): string {
    const codes = Array.from({ length }, () => this.#view.getUint8(this.#at++));
    return String.fromCharCode(...codes);
  }

  uint32(): number {
    const value = this.#view.getUint32(this.#at, true);
    this.#at += 4;
    return value;
  }

  uint64(): number {
    const value = Number(this.#view.getBigUint64(this.#at, true));
    this.#at += 8;
    return value;
  }

  shapeProduct(): number {
    const dimensions = this.uint32();
    if (dimensions > MOST_DIMENSIONS) throw new RangeError("too many dimensions");
    let product = 1;
    for (let index = 0; index < dimensions; index += 1) product *= this.uint64();
    return product;
  }

  skipText(): void {
    this.#skip(this.uint64());
  }

  skipValue(type: number): void {
    if (type === TEXT) this.skipText();
    else if (type === LIST) this.#skipList(this.uint32(), this.uint64());
    else this.#skip(bytesOf(type));
  }

  #skipList(type: number, length: number): void {
    if (type === TEXT) {
      for (let index = 0; index < length; index += 1) this.skipText();
    } else {
      this.#skip(bytesOf(type) * length);
    }
  }

  #skip(bytes: number): void {
    this.#at += bytes;
    if (this.#at > this.#view.byteLength) throw new RangeError("the file ends too early");
  }
}

function bytesOf(type: number): number {
  const bytes = VALUE_BYTES[type];
  if (bytes === undefined) throw new RangeError(`there is no type ${type}`);
  return bytes;
}
