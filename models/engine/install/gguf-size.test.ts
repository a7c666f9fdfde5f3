import { expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { type GgufTensor, type GgufValue, ggufBytes } from "../convert/gguf.ts";
import { weightsInFile } from "./gguf-size.ts";

const METADATA = new Map<string, GgufValue>([
  ["general.name", { type: "string", value: "é" }],
  ["count", { type: "uint32", value: 7 }],
  ["small", { type: "float32", value: 0.5 }],
  ["yes", { type: "bool", value: true }],
  ["words", { type: "strings", value: ["a", "", "bc"] }],
  ["kinds", { type: "int32s", value: [1, -3] }],
]);

const tensor = (name: string, shape: readonly number[]): GgufTensor => ({
  ...{ name, shape, type: "F32" },
  values: async () => new Float32Array(shape.reduce((product, size) => product * size, 1)),
});

/** @param shapes of the tensors; the metadata of {@link METADATA} stands before them. */
async function fileOf(...shapes: readonly (readonly number[])[]): Promise<Buffer> {
  const tensors = shapes.map((shape, index) => tensor(`t${index}`, shape));
  return Buffer.concat(await Array.fromAsync(ggufBytes(METADATA, tensors)));
}

async function weightsOf(bytes: Uint8Array): Promise<number | undefined> {
  await using folder = await temporaryFolder("gguf");
  const path = join(folder.path, "model.gguf");
  await Bun.write(path, bytes);
  return await weightsInFile(path);
}

test("the weights of all tensors are counted, behind metadata of every kind", async () => {
  expect(await weightsOf(await fileOf([3, 5], [7], [2, 2, 2]))).toBe(15 + 7 + 8);
});

test("a file that is cut, of another format or of another version has no count, and is not an error", async () => {
  const whole = await fileOf([3, 5]);
  const other = Buffer.from(whole);
  other.writeUInt32LE(9, 4);
  for (const bytes of [Buffer.from(""), Buffer.from("all of the weights"), other]) {
    expect(await weightsOf(bytes)).toBeUndefined();
  }
  const head = whole.indexOf("t0") + 2 + 4 + 16 + 4 + 8;
  const cuts = fc.integer({ min: 0, max: head - 1 });
  await fc.assert(
    fc.asyncProperty(cuts, async (length) => {
      expect(await weightsOf(whole.subarray(0, length))).toBeUndefined();
    }),
    { numRuns: 40 },
  );
});

test("bytes that are changed end in a number or in none, never in an error", async () => {
  const whole = await fileOf([3, 5]);
  const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      const bytes = Buffer.from(whole);
      for (const { at, byte } of changes) bytes[at] = byte;
      expect(["number", "undefined"]).toContain(typeof (await weightsOf(bytes)));
    }),
    { numRuns: 60 },
  );
});
