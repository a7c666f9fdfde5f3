/** The part of Web Crypto that computes from its arguments, and random numbers where they were granted. */
import type { Outer } from "./outer.ts";

/** A buffer, or a view on one. */
export type Bytes = ArrayBufferView | ArrayBufferLike;

/** @param random as `Math.random`. */
export function cryptoFor(outer: Outer, random: () => number): object {
  const getRandomValues = <Values extends ArrayBufferView>(values: Values): Values => {
    const bytes = bytesOf(values);
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = Math.floor(random() * 256);
    return values;
  };
  return Object.freeze({
    getRandomValues,
    randomUUID: () => uuid(getRandomValues(new Uint8Array(16))),
    subtle: Object.freeze({
      digest: async (algorithm: string | { name: string }, data: Bytes) =>
        digest(outer, algorithm, data),
    }),
  });
}

function digest(outer: Outer, algorithm: string | { name: string }, data: Bytes): ArrayBuffer {
  const name = String(typeof algorithm === "string" ? algorithm : algorithm.name).toUpperCase();
  const text = outer.digest(name, bytesOf(data));
  if (text === undefined) throw new Error(`There is no digest "${name}"`);
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes.buffer;
}

/** RFC 9562, version 4. */
function uuid(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Shares the memory of what it is given. */
export function bytesOf(data: Bytes): Uint8Array {
  if (!ArrayBuffer.isView(data)) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
