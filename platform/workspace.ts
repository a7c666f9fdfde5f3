/**
 * The folder that models and people write to. Sandboxed programs change the same folder while we write, so each path is
 * taken step by step from an open folder, and no link is followed.
 */
import { constants, type FileHandle, lstat, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OrgError } from "#core/errors.ts";
import {
  errnoOf,
  fileFailed,
  fileUnreadable,
  halfWrittenIn,
  writeFileAtomically,
} from "./files.ts";
import { type FileList, listFiles } from "./workspace-listing.ts";
import { pathRefused, splitWorkspacePath } from "./workspace-path.ts";
import {
  createFolders,
  openFolders,
  statFile,
  type WorkspaceTarget,
  within,
} from "./workspace-steps.ts";

/** Largest file in bytes: more than a person reads, less than what hurts a journal or a screen. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

interface WrittenFile {
  /** Relative to the workspace, with needless parts removed. */
  readonly path: string;
  /** Size of the whole file in bytes. */
  readonly bytes: number;
}

interface ReadFile extends WrittenFile {
  /** The beginning of it, or all of it. */
  readonly data: Uint8Array;
}

export interface Workspace {
  /** Absolute path of the folder. */
  readonly root: string;
  /**
   * Replaces a file atomically and creates the folders above it.
   *
   * @throws {OrgError} `PATH_REFUSED` for a path that leaves the workspace, also through a link;
   *   `FILE_FAILED` for more than 8 MiB and when the system refuses.
   */
  write(path: string, text: string): Promise<WrittenFile>;
  /** As {@link Workspace.write}, for what a user sent. @param most largest size in bytes. */
  writeBytes(path: string, data: Uint8Array, most: number): Promise<WrittenFile>;
  /**
   * Writes a file that must not be there yet; refuses what {@link Workspace.write} refuses.
   *
   * @throws {OrgError} also `FILE_FAILED` when something has that name, however late it came.
   */
  create(path: string, text: string): Promise<WrittenFile>;
  /** Adds to the end of a file, or creates it; refuses what {@link Workspace.write} refuses. */
  append(path: string, text: string): Promise<WrittenFile>;
  /** Its files, without hidden ones and links. @param most so many at most. */
  list(most: number): Promise<FileList>;
  /**
   * The beginning of a file, at most so many bytes; `undefined` where there is none.
   *
   * @throws {OrgError} as {@link Workspace.write}.
   */
  read(path: string, most: number): Promise<ReadFile | undefined>;
  /** What lies at a path, without following links; `undefined` for nothing, for what lies outside, and for anything else. */
  kindOf(path: string): Promise<"folder" | "file" | undefined>;
  /**
   * The absolute path of a file that may not exist yet, for showing it. Do not open it later without
   * another check: a sandboxed program may have put a link there meanwhile.
   *
   * @throws {OrgError} `PATH_REFUSED`, as {@link Workspace.write}.
   */
  resolve(path: string): Promise<string>;
}

/** Opens the workspace; its folder is created with mode 0700 when it is missing. */
export async function openWorkspace(root: string): Promise<Workspace> {
  await mkdir(root, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw fileFailed(root, error);
  });
  return workspaceAt(root);
}

/**
 * The workspace of a folder that may not be there yet; nothing is touched before something is written.
 */
export function workspaceAt(root: string, writing: Writing = {}): Workspace {
  const targetOf = (path: string) => ({ root, path, ...writing });
  return {
    root,
    write: (path, text) => write(targetOf(path), text),
    writeBytes: (path, data, most) => write(targetOf(path), data, { most }),
    create: (path, text) => write(targetOf(path), text, { replaces: false }),
    append: (path, text) => append(targetOf(path), text),
    list: (most) => listFiles(root, most),
    read: (path, most) => read({ root, path }, most),
    kindOf: (path) => kindOf({ root, path }),
    resolve: (path) => resolve({ root, path }),
  };
}

export interface Writing {
  /** Told the path of each file that is about to be written, with needless parts removed. */
  readonly beforeWrite?: ((path: string) => void) | undefined;
  /**
   * Absolute path of a folder on the same file system in which files lie that are not whole yet, for an owner that
   * removes what a crash leaves there. @default the folder of each file
   */
  readonly halfWritten?: string | undefined;
}

/** A file that is to be written. */
interface Target extends WorkspaceTarget, Writing {}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

async function write(
  target: Target,
  data: string | Uint8Array,
  { replaces = true, most }: { readonly replaces?: boolean; readonly most?: number } = {},
): Promise<WrittenFile> {
  const names = splitWorkspacePath(target.path);
  const path = names.join("/");
  const bytes = Buffer.byteLength(data);
  refuseTooLarge(path, bytes, most);
  target.beforeWrite?.(path);
  await using folder = await createFolders(target, names.slice(0, -1));
  const file = within(folder, names.at(-1) ?? "");
  const existing = await statFile(target, file);
  // A script that was made executable stays executable.
  const mode = existing === undefined ? 0o644 : existing.mode & 0o777;
  const temporary = halfWrittenIn(target.halfWritten ?? dirname(file));
  await writeFileAtomically(file, data, { mode, displayPath: path, replaces, temporary });
  return { path, bytes };
}

async function append(target: Target, text: string): Promise<WrittenFile> {
  const names = splitWorkspacePath(target.path);
  const path = names.join("/");
  target.beforeWrite?.(path);
  await using folder = await createFolders(target, names.slice(0, -1));
  const name = within(folder, names.at(-1) ?? "");
  await statFile(target, name);
  try {
    // Without O_NONBLOCK a FIFO that was put there since would hold us until a process reads it.
    const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
    await using file = await open(name, flags, 0o644);
    const before = await file.stat();
    if (!before.isFile()) throw pathRefused(target.path, "it is not a regular file");
    // The other name may lie anywhere: a package store links the same file into many projects.
    if (before.nlink > 1)
      throw pathRefused(target.path, "the file has another name, which may lie outside");
    const bytes = before.size + Buffer.byteLength(text);
    refuseTooLarge(path, bytes);
    await appendWhole(file, text, before.size);
    await folder.sync();
    return { path, bytes };
  } catch (error) {
    if (error instanceof OrgError) throw error;
    // A link (ELOOP) or a FIFO (ENXIO) took the place of the file after it was looked at.
    const swapped = ["ELOOP", "ENXIO"].includes(errnoOf(error));
    throw swapped ? pathRefused(target.path, "it is not a regular file") : fileFailed(path, error);
  }
}

/** On a full disk a part would stay behind: the file goes back to its old length. */
async function appendWhole(file: FileHandle, text: string, lengthBefore: number): Promise<void> {
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await file.truncate(lengthBefore).catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}

async function kindOf(target: WorkspaceTarget): Promise<"folder" | "file" | undefined> {
  try {
    const names = splitWorkspacePath(target.path);
    await using folder = await openFolders(target, names.slice(0, -1));
    if (folder === undefined) return undefined;
    const stats = await lstat(within(folder, names.at(-1) ?? "")).catch(() => undefined);
    if (stats?.isDirectory() === true) return "folder";
    return stats?.isFile() === true ? "file" : undefined;
  } catch (error) {
    if (error instanceof OrgError) return undefined;
    throw error;
  }
}

async function read(target: WorkspaceTarget, most: number): Promise<ReadFile | undefined> {
  const names = splitWorkspacePath(target.path);
  const path = names.join("/");
  await using folder = await openFolders(target, names.slice(0, -1));
  if (folder === undefined) return undefined;
  const name = within(folder, names.at(-1) ?? "");
  if ((await statFile(target, name)) === undefined) return undefined;
  try {
    await using file = await open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stats = await file.stat();
    if (!stats.isFile()) throw pathRefused(target.path, "it is not a regular file");
    const data = new Uint8Array(Math.min(most, stats.size));
    const { bytesRead } = await file.read(data, 0, data.length, 0);
    return { path, bytes: stats.size, data: data.subarray(0, bytesRead) };
  } catch (error) {
    if (error instanceof OrgError) throw error;
    // It was taken away, or a link (ELOOP) took its place, after it was looked at.
    if (errnoOf(error) === "ENOENT") return undefined;
    throw errnoOf(error) === "ELOOP"
      ? pathRefused(target.path, "it is not a regular file")
      : fileUnreadable(path, error);
  }
}

async function resolve(target: WorkspaceTarget): Promise<string> {
  const names = splitWorkspacePath(target.path);
  await using folder = await openFolders(target, names.slice(0, -1));
  if (folder !== undefined) await statFile(target, within(folder, names.at(-1) ?? ""));
  return join(target.root, ...names);
}

function refuseTooLarge(path: string, bytes: number, most: number = MAX_FILE_BYTES): void {
  if (bytes <= most) return;
  throw new OrgError(`Could not write "${path}"`, {
    code: "FILE_FAILED",
    why: `It would have ${bytes} bytes; at most ${most} are allowed.`,
    remedies: ["split the text into several files"],
    unchanged: "Nothing was written.",
  });
}
