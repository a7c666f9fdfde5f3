/** Reads models in the safetensors format: one tensor after the other, so that never all of it is in memory. */

import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";

/** @see https://github.com/huggingface/safetensors#format */
export interface Tensors {
  /** Rows first. @throws {OrgError} `DOWNLOAD_FAILED` where there is none of this name in numbers of 32 bits. */
  read(name: string): Promise<Tensor>;
}

interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Longest header, in bytes: that of a model of a hundred thousand tensors. */
const MAX_HEADER_BYTES = 16 * 1024 * 1024;
const LENGTH_BYTES = 8;

const tensorSchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const headerSchema = z.record(
  z.string(),
  z.union([tensorSchema, z.record(z.string(), z.string())]),
);

/** @throws {OrgError} `DOWNLOAD_FAILED` for a file that is none. */
export async function openTensors(path: string): Promise<Tensors> {
  const file = Bun.file(path);
  const start = await file.slice(0, LENGTH_BYTES).arrayBuffer();
  if (start.byteLength < LENGTH_BYTES) throw unreadable(path, "it is too short");
  const length = Number(new DataView(start).getBigUint64(0, true));
  const base = LENGTH_BYTES + length;
  if (length > MAX_HEADER_BYTES || base > file.size) throw unreadable(path, "its header is cut");
  const header = headerOf(await file.slice(LENGTH_BYTES, base).text(), path);
  return {
    read: async (name) => {
      const found = tensorSchema.safeParse(header[name]);
      if (!found.success) throw unreadable(path, `it has no tensor ${name}`);
      const { dtype, shape, data_offsets: offsets } = found.data;
      const [from, to] = [base + offsets[0], base + offsets[1]];
      const bytes = shape.reduce((product, size) => product * size, 4);
      if (dtype !== "F32" || to - from !== bytes || to > file.size) {
        throw unreadable(path, `${name} does not hold ${shape.join(" × ")} numbers of 32 bits`);
      }
      return { shape, values: new Float32Array(await file.slice(from, to).arrayBuffer()) };
    },
  };
}

function headerOf(text: string, path: string): z.infer<typeof headerSchema> {
  const header = headerSchema.safeParse(parseJson(text));
  if (header.success) return header.data;
  throw unreadable(path, "its header is not a table of tensors");
}

function unreadable(path: string, why: string): OrgError {
  return new OrgError(`"${path}" is not the expected model`, {
    code: "DOWNLOAD_FAILED",
    why,
    remedies: ["org engine install --embeddings"],
    unchanged: "Nothing was installed.",
  });
}
