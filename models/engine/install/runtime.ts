/** Installs the packages that run models: exactly those whose sums stand in a lock file of ours. */
import { cp, exists, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { syncFolder } from "#platform/files.ts";
import { PLATFORMS, RUNTIME_BYTES, RUNTIME_VERSION } from "../catalogue.ts";
import type { EnginePaths } from "../installed.ts";
import type { InstallContext } from "./progress.ts";
import { clientFailed, runClient } from "./run-client.ts";

const LOCKS = join(import.meta.dir, "../runtime");

export interface RuntimeContext extends InstallContext {
  /** A folder with a lock file for each platform. @default those of this checkout */
  readonly locks?: string;
}

/**
 * No script of a package runs, and of the 14 packages of binaries only that of this platform is fetched: 85 MB instead
 * of 725.
 *
 * @param work an empty folder on the same file system.
 * @throws {OrgError} `ENGINE_FAILED` on a platform that is not in the table, `DOWNLOAD_FAILED` when the packages cannot
 *   be had or are other ones.
 */
export async function installRuntime(
  paths: EnginePaths,
  work: string,
  { onStep, signal, locks = LOCKS }: RuntimeContext,
): Promise<void> {
  const platform = `${process.platform}-${process.arch}`;
  if (!PLATFORMS.includes(platform)) throw wrongPlatform(platform);
  if (await exists(paths.library)) return;
  onStep({ part: "runtime", text: `node-llama-cpp ${RUNTIME_VERSION}, ${RUNTIME_BYTES / 1e6} MB` });
  const fresh = join(work, "runtime");
  await cp(join(locks, platform), fresh, { recursive: true });
  const flags = ["--frozen-lockfile", "--omit=optional", "--ignore-scripts", "--no-progress"];
  // What lies in the common cache is not compared with the lock file again (measured with Bun 1.4.5).
  const cache = `--cache-dir=${join(work, "cache")}`;
  const command = [process.execPath, "install", ...flags, cache];
  const end = await runClient(command, { cwd: fresh, signal });
  const addon = join(fresh, "node_modules/@node-llama-cpp", platform, "package.json");
  if (end.exitCode !== 0 || !(await exists(addon))) {
    throw clientFailed(`node-llama-cpp ${RUNTIME_VERSION}`, end, [
      "bun pm view node-llama-cpp   # whether the package index answers",
      "org engine install",
    ]);
  }
  // The folder gets its name only when all is there; what is damaged goes.
  await rm(paths.runtime, { recursive: true, force: true });
  await rename(fresh, paths.runtime);
  await syncFolder(paths.folder);
}

/** Takes away other versions than the one that is needed. */
export async function removeRuntimes(folder: string, keep?: string): Promise<void> {
  for (const name of new Bun.Glob("runtime-*").scanSync({ cwd: folder, onlyFiles: false })) {
    const path = join(folder, name);
    if (path !== keep) await rm(path, { recursive: true, force: true });
  }
}

function wrongPlatform(platform: string): OrgError {
  return new OrgError(`The built-in engine does not run on ${platform}`, {
    code: "ENGINE_FAILED",
    why: `it is built for ${PLATFORMS.join(" and ")}`,
    remedies: ["ollama serve", "export OLLAMA_BASE=http://HOST:PORT"],
    unchanged: "Nothing was installed.",
  });
}
