/** Checks on the base of a project. What passed is cached: the same tree, command and dependencies pass again. */
import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "#core/json.ts";
import { loadBytes } from "#platform/files.ts";
import {
  CheckedTree,
  type CheckOptions,
  type CheckRun,
  limitsOf,
  passed,
  type TreeOf,
} from "./run-checks.ts";

/** Counted up when the same run would be read or made otherwise. */
const VERSION = 3;
/** Largest cached result in bytes. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Results that are cached, and their bytes together: a dozen checks of some twenty trees. */
const MAX_CACHED = 256;
const MAX_CACHED_BYTES = 64 * 1024 * 1024;

// A version of ours wrote it; a file that was cut or changed since is not a result.
const runSchema = z.object({
  command: z.string(),
  exit: z.literal(0),
  stopped: z.null(),
  ms: z.number(),
  tail: z.string(),
  tests: z.array(
    z.object({
      name: z.string(),
      status: z.enum(["passed", "failed", "skipped"]),
      isReported: z.boolean().optional(),
    }),
  ),
  doubts: z.array(z.string()),
});

interface BaseOptions extends CheckOptions, TreeOf {
  /** Absolute path of the folder of cached results. */
  readonly cache: string;
}

export class BaseRuns implements AsyncDisposable {
  /** For what is run and not cached. */
  readonly tree: CheckedTree;
  readonly #options: BaseOptions;

  /** @param options `tree` is the id of a tree, not of a commit. */
  constructor(options: BaseOptions) {
    this.#options = options;
    this.tree = new CheckedTree(options, options);
  }

  /** The cached result of a command, or a new one. */
  async run(command: string): Promise<CheckRun> {
    const file = await this.#fileOf(command);
    const cached = await readCached(file);
    if (cached?.command !== command) return await this.#runAndKeep(command, file);
    // What is used stays.
    const now = new Date();
    await utimes(file, now, now).catch(() => undefined);
    return cached;
  }

  /** A new result; one that fails is not cached, nor is what was cached before. */
  async runAfresh(command: string): Promise<CheckRun> {
    return await this.#runAndKeep(command, await this.#fileOf(command));
  }

  async #runAndKeep(command: string, file: string): Promise<CheckRun> {
    const run = await this.tree.run(command);
    if (passed(run)) {
      await mkdir(this.#options.cache, { recursive: true, mode: 0o700 });
      // One that is cut off is not a result.
      await writeFile(file, JSON.stringify(run), { mode: 0o600 });
      await removeOldest(this.#options.cache);
    } else await unlink(file).catch(() => undefined);
    return run;
  }

  async #fileOf(command: string): Promise<string> {
    const { tree, dependencies, toolchains, cache } = this.#options;
    const folders = [
      ...dependencies.names.map((name) => join(dependencies.root, name)),
      ...(toolchains?.readOnly ?? []).map(({ from }) => from),
    ];
    const states = await Promise.all(folders.map(stateOf));
    // What passed within other limits may not pass within these.
    const key = JSON.stringify([VERSION, tree, command, states, limitsOf(this.#options, command)]);
    return join(cache, `${createHash("sha256").update(key).digest("hex")}.json`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tree[Symbol.asyncDispose]();
  }
}

/** Two processes may do it at once: what is gone is gone. */
async function removeOldest(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const entry = await lstat(path).catch(() => undefined);
      return entry?.isFile() ? [{ path, bytes: entry.size, usedMs: entry.mtimeMs }] : [];
    }),
  );
  let [count, bytes] = [0, 0];
  for (const file of found.flat().toSorted((a, b) => b.usedMs - a.usedMs)) {
    count += 1;
    bytes += file.bytes;
    if (count > MAX_CACHED || bytes > MAX_CACHED_BYTES)
      await unlink(file.path).catch(() => undefined);
  }
}

async function readCached(path: string): Promise<CheckRun | undefined> {
  const bytes = await loadBytes(path, MAX_BYTES + 1).catch(() => undefined);
  if (bytes === undefined || bytes.length > MAX_BYTES) return undefined;
  return runSchema.safeParse(parseJson(bytes.toString("utf8"))).data;
}

/** An installation changes the folder that it installs into. */
async function stateOf(folder: string): Promise<readonly unknown[]> {
  const entry = await lstat(folder).catch(() => undefined);
  return [folder, entry?.ino, entry?.mtimeMs];
}
