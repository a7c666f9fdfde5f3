import { afterEach, beforeEach, expect, test } from "bun:test";
import { exists, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { enginePaths } from "../installed.ts";
import { installRuntime, removeRuntimes } from "./runtime.ts";

const PLATFORM = `${process.platform}-${process.arch}`;
const { signal } = new AbortController();

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder("runtime");
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

/** A folder of locks whose only package lies beside it, so that nothing is fetched. */
async function locksWith(name: string): Promise<string> {
  const locks = join(folder.path, "locks");
  const lock = join(locks, PLATFORM);
  await mkdir(join(lock, "addon"), { recursive: true });
  await Bun.write(join(lock, "addon/package.json"), JSON.stringify({ name, version: "1.0.0" }));
  const dependencies = { [name]: "file:./addon" };
  await Bun.write(join(lock, "package.json"), JSON.stringify({ name: "runtime", dependencies }));
  const made = Bun.spawn([process.execPath, "install", "--lockfile-only"], {
    ...{ cwd: lock, stdout: "ignore", stderr: "pipe" },
  });
  expect([await made.exited, await made.stderr.text()]).toEqual([0, expect.any(String)]);
  return locks;
}

async function install(locks: string): Promise<readonly string[]> {
  const paths = enginePaths(join(folder.path, "engine"));
  const work = join(folder.path, "engine/work");
  await mkdir(work, { recursive: true });
  const steps: string[] = [];
  const onStep = ({ part }: { readonly part: string }) => void steps.push(part);
  await installRuntime(paths, work, { onStep, signal, locks });
  return steps;
}

test("what the lock names gets the name of the version once all is there", async () => {
  const locks = await locksWith(`@node-llama-cpp/${PLATFORM}`);
  expect(await install(locks)).toEqual(["runtime"]);
  const { runtime } = enginePaths(join(folder.path, "engine"));
  expect(
    await exists(join(runtime, "node_modules/@node-llama-cpp", PLATFORM, "package.json")),
  ).toBe(true);
});

test("a lock without the package of this platform is refused, and no version is left", async () => {
  const locks = await locksWith("another");
  await expect(install(locks)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
  const { runtime } = enginePaths(join(folder.path, "engine"));
  expect(await exists(runtime)).toBe(false);
});

test("what is installed is not installed again", async () => {
  const { library } = enginePaths(join(folder.path, "engine"));
  await Bun.write(library, "");
  expect(await install("/no/such/locks")).toEqual([]);
});

test("other versions go, and the one that is needed stays", async () => {
  for (const name of ["runtime-1", "runtime-2", "models"]) await mkdir(join(folder.path, name));
  await removeRuntimes(folder.path, join(folder.path, "runtime-2"));
  expect((await readdir(folder.path)).sort()).toEqual(["models", "runtime-2"]);
});
