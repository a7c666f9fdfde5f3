/** Which engine is installed, and where. */

import { exists, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "#core/json.ts";
import { loadText } from "#platform/files.ts";
import { EMBEDDING_MODEL, type EngineModel, RUNTIME_VERSION } from "./catalogue.ts";

/** Absolute paths below the folder of the engine. */
export interface EnginePaths {
  readonly folder: string;
  /** The packages of this very version: another one lies beside it. */
  readonly runtime: string;
  /** A file of the library itself, which tells that it is there. */
  readonly library: string;
  /** Written last: what it names is whole. */
  readonly record: string;
  /** Who is installing. */
  readonly installer: string;
  /** Where the file of a model lies. */
  model(model: Pick<EngineModel, "sha256">): string;
}

export function enginePaths(folder: string): EnginePaths {
  const runtime = join(folder, `runtime-${RUNTIME_VERSION}`);
  return {
    folder,
    runtime,
    library: join(runtime, "node_modules/node-llama-cpp/package.json"),
    record: join(folder, "engine.json"),
    installer: join(folder, "installer.json"),
    // By its sum: two models never share a name, and a file that is there is the right one or a damaged one.
    model: ({ sha256 }) => join(folder, "models", `${sha256}.gguf`),
  };
}

export interface InstalledEngine {
  readonly runtimeFolder: string;
  readonly model: EngineModel;
  readonly modelPath: string;
  /** As an ISO 8601 time. */
  readonly installedAt: string;
}

/** What is there. `damaged`: it was installed once, and a part of it is gone or of another version. */
export type EngineState =
  | { readonly state: "missing" }
  | { readonly state: "damaged"; readonly why: string }
  | { readonly state: "installed"; readonly engine: InstalledEngine };

const recordSchema = z.object({
  runtime: z.string(),
  model: z.object({
    name: z.string(),
    bytes: z.int().optional(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    takesTools: z.boolean(),
    weights: z.number().positive().optional(),
  }),
  installedAt: z.string(),
});

/** The record of an engine, as it is written. */
export function engineRecord(model: EngineModel): string {
  const { name, bytes, sha256, takesTools, weights } = model;
  const installedAt = new Date().toISOString();
  const recorded = { name, bytes, sha256, takesTools, weights };
  return `${JSON.stringify({ runtime: RUNTIME_VERSION, model: recorded, installedAt })}\n`;
}

/**
 * Looks at what is there, without reading the model: the loader checks its sum.
 *
 * @param folder that of the engine.
 */
export async function readEngine(folder: string): Promise<EngineState> {
  const paths = enginePaths(folder);
  const text = await loadText(paths.record).catch(() => undefined);
  if (text === undefined) return { state: "missing" };
  const record = recordSchema.safeParse(parseJson(text));
  if (!record.success)
    return { state: "damaged", why: `${paths.record} is not a record of an engine` };
  const { runtime, model, installedAt } = record.data;
  if (runtime !== RUNTIME_VERSION) {
    return { state: "damaged", why: `it is version ${runtime}, and ${RUNTIME_VERSION} is needed` };
  }
  const modelPath = paths.model(model);
  for (const path of [paths.library, modelPath]) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return { state: "damaged", why: `${path} is gone` };
    if (path === modelPath && found.size !== (model.bytes ?? found.size)) {
      return { state: "damaged", why: `${path} has ${found.size} bytes instead of ${model.bytes}` };
    }
  }
  return {
    state: "installed",
    engine: { runtimeFolder: paths.runtime, model, modelPath, installedAt },
  };
}

/**
 * The model that makes vectors of texts, with the same packages; without a record, for there is only one.
 *
 * @param folder that of the engine.
 */
export async function readEmbeddings(folder: string): Promise<EngineState> {
  const paths = enginePaths(folder);
  const modelPath = paths.model(EMBEDDING_MODEL);
  const found = await stat(modelPath).catch(() => undefined);
  if (found === undefined) return { state: "missing" };
  if (found.size !== EMBEDDING_MODEL.bytes) {
    const why = `${modelPath} has ${found.size} bytes instead of ${EMBEDDING_MODEL.bytes}`;
    return { state: "damaged", why };
  }
  if (!(await exists(paths.library))) return { state: "damaged", why: `${paths.library} is gone` };
  const installedAt = found.mtime.toISOString();
  const engine = { runtimeFolder: paths.runtime, model: EMBEDDING_MODEL, modelPath, installedAt };
  return { state: "installed", engine };
}
