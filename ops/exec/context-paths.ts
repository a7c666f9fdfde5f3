/** Finds the files that a task names, and opens those of the context folder. */
import { constants, type FileHandle, open, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { Glob } from "bun";
import { OrgError } from "#core/errors.ts";
import { errnoOf } from "#platform/files.ts";
import { pathProblem } from "#platform/workspace-path.ts";
import { isGlob, pathOfTask } from "./outputs.ts";
import type { Scratch } from "./scratch.ts";

/** A file that is there. */
export interface Found {
  readonly from: "repository" | "context";
  /** From the top of the one or the other. */
  readonly path: string;
}

const MAX_FILES = 1000;

/**
 * In the order of the entries, the files of a glob by their names; each once.
 *
 * @param root absolute path of the context folder, without a link in it; absent: there is none.
 * @throws {OrgError} `INPUT_MISSING` for what is in neither place, `PATH_REFUSED` for what leads out of both.
 */
export async function findContext(
  entries: readonly string[],
  scratch: Scratch,
  root: string | undefined,
): Promise<readonly Found[]> {
  const found = new Map<string, Found>();
  for (const entry of entries) {
    for (const one of await find(entry, scratch, root)) {
      const key = `${one.from}:${one.path}`;
      if (!found.has(key)) found.set(key, one);
    }
  }
  if (found.size <= MAX_FILES) return [...found.values()];
  throw pathOfTask(entries.join(" "), `it names ${found.size} files; ${MAX_FILES} are allowed`);
}

async function find(
  entry: string,
  scratch: Scratch,
  root: string | undefined,
): Promise<readonly Found[]> {
  const [, prefix, path = ""] = /^(?:(repo|context):)?(.*)$/s.exec(entry) ?? [];
  const problem = pathProblem(path);
  if (problem !== undefined) throw pathOfTask(path, problem);
  const inRepository = prefix === "context" ? [] : repositoryPaths(path, scratch);
  if (inRepository.length > 0)
    return inRepository.map((one) => ({ from: "repository", path: one }));
  const inFolder = prefix === "repo" || root === undefined ? [] : await folderPaths(path, root);
  if (inFolder.length > 0) return inFolder.map((one) => ({ from: "context", path: one }));
  const where = [
    ...(prefix === "context" ? [] : ["the commit that is checked out"]),
    ...(prefix === "repo" || root === undefined ? [] : [`"${root}"`]),
  ];
  throw new OrgError(`There is no file "${path.slice(0, 200)}" for the task`, {
    code: "INPUT_MISSING",
    why: `it was looked for in ${where.join(" and in ") || "no place: there is no context folder"}`,
    remedies: ["commit the file, or put it into CONTEXT_ROOT (--context DIR)"],
    unchanged: "No model was asked.",
  });
}

function repositoryPaths(path: string, { entries }: Scratch): readonly string[] {
  if (isGlob(path)) {
    const glob = new Glob(path);
    const plain = [...entries].filter(([, { mode }]) => mode.startsWith("100"));
    return plain.flatMap(([name]) => (glob.match(name) ? [name] : [])).sort();
  }
  const names = path.split("/");
  for (const [index] of names.entries()) {
    const mode = entries.get(names.slice(0, index + 1).join("/"))?.mode ?? "100644";
    if (!mode.startsWith("100"))
      throw pathOfTask(path, "a link or a submodule is on the way to it");
  }
  return entries.has(path) ? [path] : [];
}

async function folderPaths(path: string, root: string): Promise<readonly string[]> {
  if (!isGlob(path)) {
    await using file = await openInside(root, path);
    return file === undefined ? [] : [path];
  }
  const paths: string[] = [];
  const options = { cwd: root, dot: true, onlyFiles: true, followSymlinks: false };
  for await (const one of new Glob(path).scan(options)) {
    // A glob that matches too much is refused before all of it is looked at.
    if (paths.push(one) > MAX_FILES) break;
  }
  return paths.sort();
}

/** @throws {OrgError} `INPUT_MISSING` */
export async function rootOf(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (cause) {
    throw new OrgError(`There is no context folder "${folder}"`, {
      code: "INPUT_MISSING",
      remedies: ["correct CONTEXT_ROOT, or --context DIR"],
      unchanged: "No model was asked.",
      cause,
    });
  }
}

const { O_RDONLY, O_NONBLOCK } = constants;

/**
 * Reads a file below a folder.
 *
 * @returns `undefined` when there is no such file, or a larger one.
 * @throws {OrgError} `PATH_REFUSED` for what is not a plain file inside.
 */
export async function bytesInside(
  root: string,
  path: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  await using file = await openInside(root, path);
  if (file === undefined || (await file.stat()).size > maxBytes) return undefined;
  return await file.readFile();
}

/** Judged by what was opened, so that no link can change in between. @returns `undefined` when there is no such file. */
async function openInside(root: string, path: string): Promise<FileHandle | undefined> {
  const file = await open(join(root, path), O_RDONLY | O_NONBLOCK).catch((error: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(error))) return undefined;
    throw pathOfTask(path, `it cannot be read: ${errnoOf(error)}`);
  });
  if (file === undefined) return undefined;
  const real = await readlink(`/proc/self/fd/${file.fd}`);
  const isFile = (await file.stat()).isFile();
  if (isFile && real.startsWith(`${root}/`)) return file;
  await file.close();
  throw pathOfTask(
    path,
    isFile ? `it leads to "${real}", which is outside` : "it is not a regular file",
  );
}
