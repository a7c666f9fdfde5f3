/** What `ctx.files` does in production: files below one folder, never followed out of it by a link. */
import { constants, type FileHandle, open, readdir } from "node:fs/promises";
import { OrgError } from "#core/errors.ts";
import { errnoOf, fileFailed } from "#platform/files.ts";
import { openWorkspace } from "#platform/workspace.ts";
import { pathRefused, splitWorkspacePath } from "#platform/workspace-path.ts";
import type { ToolFiles } from "./call-options.ts";

/** Largest file that a tool may read, in bytes. */
const MAX_FILE_BYTES = 1024 * 1024;
/** Most names of a folder. */
const MAX_NAMES = 10_000;

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** @param root absolute path of the folder; made when it is missing. */
export async function openToolFiles(root: string): Promise<ToolFiles> {
  const workspace = await openWorkspace(root);
  return {
    read: (path) => refusing(path, readText(root, path)),
    list: (path) => refusing(path, listNames(root, path)),
    write: async (path, text) => {
      await workspace.write(path, text);
    },
  };
}

async function readText(root: string, path: string): Promise<string> {
  const names = splitWorkspacePath(path);
  await using folder = await openFolder(root, names.slice(0, -1));
  // Without O_NONBLOCK a FIFO would hold us until a process writes to it.
  await using file = await open(
    within(folder, names.at(-1) ?? ""),
    O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
  );
  const stat = await file.stat();
  if (!stat.isFile()) throw pathRefused(path, "it is not a regular file");
  if (stat.size > MAX_FILE_BYTES) {
    throw pathRefused(path, `it has ${stat.size} bytes, where ${MAX_FILE_BYTES} are allowed`);
  }
  // What grows meanwhile is read up to the size that was looked at.
  const bytes = new Uint8Array(stat.size);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, bytesRead));
}

async function listNames(root: string, path: string): Promise<readonly string[]> {
  const isRoot = path === "" || path === ".";
  const names = isRoot ? [] : splitWorkspacePath(path.replace(/\/$/, ""));
  await using folder = await openFolder(root, names);
  const entries = await readdir(`/proc/self/fd/${folder.fd}`, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort()
    .slice(0, MAX_NAMES);
}

/** Opens a folder step by step, each from the one before: a link on the way is not followed. */
async function openFolder(root: string, names: readonly string[]): Promise<FileHandle> {
  // The root itself may be a link: a person chose it.
  let folder = await open(root, O_RDONLY | O_DIRECTORY);
  for (const name of names) {
    await using parent = folder;
    folder = await open(within(parent, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  }
  return folder;
}

function within(folder: FileHandle, name: string): string {
  return `/proc/self/fd/${folder.fd}/${name}`;
}

async function refusing<Value>(path: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof OrgError) throw error;
    const isLink = ["ELOOP", "ENOTDIR", "ENXIO"].includes(errnoOf(error));
    throw isLink
      ? pathRefused(path, "a name in it is a link or no folder")
      : fileFailed(path, error);
  }
}
