import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTensors } from "./safetensors.ts";

let path = "";
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "org-tensors-")), "model");
});
afterEach(() => rmSync(join(path, ".."), { recursive: true }));

function write(header: unknown, numbers: readonly number[], length?: number): void {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const size = new BigUint64Array([BigInt(length ?? text.length)]);
  writeFileSync(path, Buffer.concat([new Uint8Array(size.buffer), Buffer.from(text)]));
  writeFileSync(path, new Uint8Array(Float32Array.from(numbers).buffer), { flag: "a" });
}

const place = (shape: readonly number[], offsets: readonly number[], dtype = "F32") => {
  return { dtype, shape, data_offsets: offsets };
};

test("a tensor is read by its name, with its shape", async () => {
  write(
    { __metadata__: { format: "pt" }, a: place([2], [0, 8]), b: place([2, 1], [8, 16]) },
    [1, 2, 3, 4],
  );
  const tensors = await openTensors(path);
  expect(await tensors.read("a")).toEqual({ shape: [2], values: Float32Array.of(1, 2) });
  expect(await tensors.read("b")).toEqual({ shape: [2, 1], values: Float32Array.of(3, 4) });
});

test.each([
  ["no tensor c", { a: place([2], [0, 8]) }, "c"],
  ["no tensor __metadata__", { __metadata__: { format: "pt" } }, "__metadata__"],
  ["2 numbers of 32 bits", { a: place([2], [0, 8], "I64") }, "a"],
  ["3 numbers of 32 bits", { a: place([3], [0, 8]) }, "a"],
  ["100 numbers of 32 bits", { a: place([100], [0, 400]) }, "a"],
])("what is not there is an error: %s", async (why, header, name) => {
  write(header, [1, 2]);
  const reading = (await openTensors(path)).read(name);
  await expect(reading).rejects.toMatchObject({
    code: "DOWNLOAD_FAILED",
    why: expect.stringContaining(why),
  });
});

test.each([
  ["too short", () => writeFileSync(path, "abc")],
  ["header is cut", () => write({}, [], 1000)],
  ["header is cut", () => write({}, [], 2 ** 40)],
  ["not a table", () => write("not JSON", [])],
  ["not a table", () => write({ a: 7 }, [])],
])("a file that is none is refused: %s", async (why, make) => {
  make();
  await expect(openTensors(path)).rejects.toMatchObject({
    code: "DOWNLOAD_FAILED",
    why: expect.stringContaining(why),
  });
});
