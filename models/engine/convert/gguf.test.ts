import { expect, test } from "bun:test";
import { type GgufTensor, type GgufValue, ggufBytes } from "./gguf.ts";

const METADATA = new Map<string, GgufValue>([
  ["general.name", { type: "string", value: "é" }],
  ["count", { type: "uint32", value: 7 }],
  ["small", { type: "float32", value: 0.5 }],
  ["yes", { type: "bool", value: true }],
  ["words", { type: "strings", value: ["a", "bc"] }],
  ["kinds", { type: "int32s", value: [1, -3] }],
]);

const tensor = (name: string, type: GgufTensor["type"], numbers: readonly number[]): GgufTensor => {
  return { name, type, shape: [1, numbers.length], values: async () => Float32Array.from(numbers) };
};

async function bytesOf(...given: Parameters<typeof ggufBytes>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(ggufBytes(...given)));
}

test("a file begins with its metadata and says where each tensor is", async () => {
  const bytes = await bytesOf(METADATA, [tensor("t", "F32", [1, 2, 3])]);
  expect(bytes.subarray(0, 4).toString()).toBe("GGUF");
  expect([bytes.readUInt32LE(4), bytes.readBigUInt64LE(8), bytes.readBigUInt64LE(16)]).toEqual([
    ...[3, 1n, 6n],
  ]);
  // A key, its type, and the text; lengths are of bytes.
  expect(bytes.subarray(24, 24 + 8 + 12 + 4 + 8 + 2).toString("latin1")).toBe(
    "\x0c\0\0\0\0\0\0\0general.name\x08\0\0\0\x02\0\0\0\0\0\0\0Ã©",
  );
  const info = bytes.indexOf("\x01\0\0\0\0\0\0\0t", 0, "latin1");
  // Dimensions, columns, rows, type and offset.
  expect(bytes.readUInt32LE(info + 9)).toBe(2);
  expect([bytes.readBigUInt64LE(info + 13), bytes.readBigUInt64LE(info + 21)]).toEqual([3n, 1n]);
  expect([bytes.readUInt32LE(info + 29), bytes.readBigUInt64LE(info + 33)]).toEqual([0, 0n]);
  const start = Math.ceil((info + 41) / 32) * 32;
  expect(bytes.length).toBe(start + 32);
  expect([0, 4, 8].map((at) => bytes.readFloatLE(start + at))).toEqual([1, 2, 3]);
});

test("each tensor begins at a multiple of 32 bytes, in the numbers that it wants", async () => {
  const bytes = await bytesOf(new Map(), [
    tensor("a", "F16", [1.5, -2, 0.1]),
    tensor("b", "F32", [4]),
  ]);
  const half = new Float16Array(bytes.buffer.slice(bytes.length - 64, bytes.length - 58));
  expect([...half]).toEqual([1.5, -2, Math.f16round(0.1)]);
  expect(bytes.readFloatLE(bytes.length - 32)).toBe(4);
  const info = bytes.indexOf("\x01\0\0\0\0\0\0\0b", 0, "latin1");
  expect([bytes.readUInt32LE(info + 29), bytes.readBigUInt64LE(info + 33)]).toEqual([0, 32n]);
});
