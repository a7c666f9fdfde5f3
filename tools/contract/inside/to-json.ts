/**
 * Writes a result as JSON, strictly: what JSON cannot say is an error that names the position, and nothing of
 * the tool decides how (`toJSON` is not called). Runs in the realm of the tool, so it uses only what it
 * captured of the language before the tool was loaded.
 */

const { stringify } = JSON;
const { isArray } = Array;
const { ownKeys, getOwnPropertyDescriptor, getPrototypeOf, apply } = Reflect;
const { isFinite: isFiniteNumber } = Number;
const { propertyIsEnumerable: isEnumerable } = Object.prototype;
const objectPrototype = Object.prototype;

/** Longest result in characters; the host reads one MiB of UTF-8, and the text travels quoted. */
const MAX_CHARACTERS = 200_000;
/** A circle is deeper than this, too. */
const MAX_DEPTH = 100;

/** Why a value cannot be serialized. */
export class Unfit {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** @throws {Unfit} when JSON cannot say it, or not in 200,000 characters. */
export function toJson(value: unknown): string {
  return new Writer().write(value, { path: "the result", depth: 0 });
}

interface Position {
  readonly path: string;
  readonly depth: number;
}

class Writer {
  #length = 0;

  write(value: unknown, position: Position): string {
    switch (typeof value) {
      case "object":
        return value === null ? this.#count("null") : this.#writeObject(value, position);
      case "number":
        if (isFiniteNumber(value)) return this.#count(stringify(value));
        throw new Unfit(`${position.path} is ${value}, which JSON cannot say`);
      case "string":
      case "boolean":
        return this.#count(stringify(value));
      default: {
        const kind = value === undefined ? "undefined" : `a ${typeof value}`;
        throw new Unfit(`${position.path} is ${kind}, which JSON cannot say`);
      }
    }
  }

  #writeObject(value: object, position: Position): string {
    if (position.depth >= MAX_DEPTH) {
      throw new Unfit(`the result is a circle, or deeper than ${MAX_DEPTH} levels`);
    }
    if (isArray(value)) return this.#writeArray(value, position);
    const prototype = getPrototypeOf(value);
    if (prototype !== objectPrototype && prototype !== null) {
      throw new Unfit(`${position.path} is not a plain object: convert it to plain JSON first`);
    }
    return this.#writeRecord(value, position);
  }

  #writeArray(value: readonly unknown[], { path, depth }: Position): string {
    let text = "";
    for (let index = 0; index < value.length; index += 1) {
      const item = this.write(value[index], { path: `${path}[${index}]`, depth: depth + 1 });
      text += index === 0 ? item : this.#count(",") + item;
    }
    return `[${text}]`;
  }

  #writeRecord(value: object, { path, depth }: Position): string {
    let text = "";
    const keys = ownKeys(value);
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index];
      if (typeof key !== "string" || !apply(isEnumerable, value, [key])) continue;
      const property = getOwnPropertyDescriptor(value, key);
      // What is computed when it is read may be something else for the next reader.
      if (property?.get !== undefined) throw new Unfit(`${path}.${key} is a getter, not a value`);
      const item: unknown = property?.value;
      // As everywhere in JavaScript: a property that is undefined is one that is not there.
      if (item === undefined) continue;
      const name = this.#count(`${text === "" ? "" : ","}${stringify(key)}:`);
      text += name + this.write(item, { path: `${path}.${key}`, depth: depth + 1 });
    }
    return `{${text}}`;
  }

  #count(text: string): string {
    this.#length += text.length;
    if (this.#length <= MAX_CHARACTERS) return text;
    throw new Unfit(`the result is longer than ${MAX_CHARACTERS} characters`);
  }
}
