/** What a task shows the model: files of the commit that is checked out, and files of the context folder. */
import { constants, type FileHandle, open, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { Glob } from "bun";
import { OrgError } from "#core/errors.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { readBlobs } from "#fitness/gate/blobs.ts";
import { errnoOf } from "#platform/files.ts";
import { pathProblem } from "#platform/workspace-path.ts";
import { isGlob, pathOfTask } from "./outputs.ts";
import type { Scratch } from "./scratch.ts";

export interface ContextFile {
  readonly from: "repository" | "context";
  /** From the top of the one or the other. */
  readonly path: string;
  readonly text: string;
  /** Every character of the file is in `text`. */
  readonly isWhole: boolean;
}

export interface Context {
  readonly files: readonly ContextFile[];
  /** What was left out and why, one sentence each. */
  readonly notes: readonly string[];
}

export interface ContextPlaces {
  readonly scratch: Scratch;
  /** Absent: the repository is all there is. */
  readonly contextRoot?: string | undefined;
  readonly cleaner: TextCleaner;
}

/** Largest file in bytes. No window holds more. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const MAX_FILES = 1000;

/**
 * The files of a task in its order, those of a glob by their names; each once.
 *
 * @param entries `path` is looked for in the repository, then in the context folder; `repo:path` and `context:path` say
 *   where. Globs match files.
 * @throws {OrgError} `INPUT_MISSING` for what is in neither, `PATH_REFUSED` for what leads out of both.
 */
export async function readContext(
  entries: readonly string[],
  places: ContextPlaces,
): Promise<Context> {
  const root = places.contextRoot === undefined ? undefined : await rootOf(places.contextRoot);
  const found: Found[] = [];
  const seen = new Set<string>();
  for (const entry of entries) {
    for (const one of await find(entry, places.scratch, root)) {
      const key = `${one.from}:${one.path}`;
      if (!seen.has(key)) found.push(one);
      seen.add(key);
    }
  }
  if (found.length > MAX_FILES) {
    throw pathOfTask(entries.join(" "), `it names ${found.length} files; ${MAX_FILES} are allowed`);
  }
  return await readAll(found, places, root);
}

type Found = Pick<ContextFile, "from" | "path">;

async function find(
  entry: string,
  scratch: Scratch,
  root: string | undefined,
): Promise<readonly Found[]> {
  const [, place, path = ""] = /^(?:(repo|context):)?(.*)$/s.exec(entry) ?? [];
  const problem = pathProblem(path);
  if (problem !== undefined) throw pathOfTask(path, problem);
  const inRepository = place === "context" ? [] : repositoryPaths(path, scratch);
  if (inRepository.length > 0)
    return inRepository.map((one) => ({ from: "repository", path: one }));
  const inFolder = place === "repo" || root === undefined ? [] : await folderPaths(path, root);
  if (inFolder.length > 0) return inFolder.map((one) => ({ from: "context", path: one }));
  const where = [
    ...(place === "context" ? [] : ["the commit that is checked out"]),
    ...(place === "repo" || root === undefined ? [] : [`"${root}"`]),
  ];
  throw new OrgError(`There is no file "${path.slice(0, 200)}" for the task`, {
    code: "INPUT_MISSING",
    why: `it was looked for in ${where.join(" and in ") || "no place: there is no context folder"}`,
    remedies: ["commit the file, or put it into CONTEXT_ROOT (--context DIR)"],
    left: "No model was asked.",
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
    // A glob that means too much is told so before all of it is looked at.
    if (paths.push(one) > MAX_FILES) break;
  }
  return paths.sort();
}

async function rootOf(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (cause) {
    throw new OrgError(`There is no context folder "${folder}"`, {
      code: "INPUT_MISSING",
      remedies: ["correct CONTEXT_ROOT, or --context DIR"],
      left: "No model was asked.",
      cause,
    });
  }
}

const { O_RDONLY, O_NONBLOCK } = constants;

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
    isFile ? `it leads to "${real}", which is outside` : "it is no regular file",
  );
}

async function readAll(
  found: readonly Found[],
  { scratch, cleaner }: ContextPlaces,
  root = "",
): Promise<Context> {
  const ids = found.flatMap(({ from, path }) => {
    const entry = from === "repository" ? scratch.entries.get(path) : undefined;
    return entry === undefined ? [] : [entry.objectId];
  });
  const blobs = await readBlobs(scratch.repository, [...new Set(ids)]);
  const files: ContextFile[] = [];
  const notes: string[] = [];
  for (const one of found) {
    const bytes =
      one.from === "repository"
        ? blobs.get(scratch.entries.get(one.path)?.objectId ?? "")
        : await bytesInside(root, one.path);
    const text = textOf(bytes);
    if (text === undefined) {
      notes.push(
        `${one.path} was left out: it is binary, or has more than ${MAX_FILE_BYTES} bytes.`,
      );
      continue;
    }
    const plain = text.replaceAll("\r\n", "\n");
    const clean = cleaner.clean(plain);
    const isWhole = clean === plain;
    if (!isWhole) notes.push(`${one.path} is shown without its secrets and invisible characters.`);
    files.push({ ...one, text: clean, isWhole });
  }
  return { files, notes };
}

async function bytesInside(root: string, path: string): Promise<Uint8Array | undefined> {
  await using file = await openInside(root, path);
  if (file === undefined || (await file.stat()).size > MAX_FILE_BYTES) return undefined;
  return await file.readFile();
}

/** @returns `undefined` for what is no text. */
function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.length > MAX_FILE_BYTES || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
