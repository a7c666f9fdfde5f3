/** What every installation of the engine begins and ends with. */
import { mkdir, mkdtemp, readdir, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { fileFailed } from "#platform/files.ts";
import { describeOwner, homeBusy, recordOwner } from "#platform/owner.ts";
import { RUNTIME_BYTES } from "../catalogue.ts";
import { type EnginePaths, enginePaths } from "../installed.ts";
import { removeRuntimes } from "./runtime.ts";

/** Left free beside what is installed, in bytes. */
const SPARE_BYTES = 64 * 1024 * 1024;

/**
 * Runs an installation while no other one runs, with an empty folder that is gone afterwards; what killed ones have left of
 * theirs goes first, and other versions of the packages go last.
 *
 * @param needed bytes that it takes beside the packages.
 * @throws {OrgError} `FILE_FAILED` where there is no space, `HOME_BUSY` while another process installs.
 */
export async function inWorkFolder(
  folder: string,
  needed: (paths: EnginePaths) => Promise<number>,
  install: (paths: EnginePaths, work: string) => Promise<void>,
): Promise<void> {
  const paths = enginePaths(folder);
  await makeFolder(folder);
  await using _installer = await becomeInstaller(paths);
  await removeWork(folder);
  await demandSpace(folder, RUNTIME_BYTES + (await needed(paths)) + SPARE_BYTES);
  const work = await mkdtemp(join(folder, "work-"));
  try {
    await install(paths, work);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await removeRuntimes(folder, paths.runtime);
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileFailed(folder, error);
  }
}

/** Two at once would write the same files. @throws {OrgError} `HOME_BUSY` */
export async function becomeInstaller({ installer }: EnginePaths): Promise<AsyncDisposable> {
  const other = await describeOwner(installer);
  if (other === undefined) return await recordOwner(installer, "org engine");
  throw homeBusy("Another process is installing the engine", other);
}

/** Files of a run that was killed. */
export async function removeWork(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith("work-")) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function demandSpace(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= needed) return;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new OrgError("Not enough disk space for the engine", {
    code: "FILE_FAILED",
    why: `${folder} has ${megabytes(free)} free, and ${megabytes(needed)} are needed`,
    remedies: ["df -h", "export ORG_ENGINE_DIR=FOLDER   # another place for it"],
    unchanged: "Nothing was installed.",
  });
}

/** In bytes; 0 where there is no such file. */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
