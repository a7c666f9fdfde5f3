/** The files of a tree in a folder of our own, for programs that run in the sandbox. */

import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { OrgError } from "#core/errors.ts";
import { fileFailed } from "#platform/files.ts";
import { readBlobs } from "#platform/git/blobs.ts";
import { EXECUTABLE, SUBMODULE } from "#platform/git/entry-modes.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import { treeListing } from "#platform/git/tree-listing.ts";
import type { Repository } from "#platform/git/wrapper.ts";

/** Most bytes of contents that are held at once, in memory and in one answer of Git. */
const BATCH_BYTES = 24 * 1024 * 1024;
/** As many files are written at once. */
const WRITERS = 32;

interface Listed {
  /** Six octal digits. */
  readonly mode: string;
  readonly objectId: string;
  /** A character for each byte: a name need not be UTF-8. */
  readonly path: string;
}

/**
 * Writes a tree as Git holds it: files with their executable bits, links as links, and of a submodule its empty folder.
 * No attribute, filter or hook of the repository has a say. Links come last, so that no file is written through one.
 *
 * @param tree id of a commit or tree.
 * @param folder empty, and ours.
 * @throws {OrgError} `PROCESS_FAILED` when Git fails or lacks a file, `FILE_FAILED` when the folder cannot be written.
 * @throws {Error} for a name that no tree may have, such as "..": nothing of the tree is written then.
 */
export async function writeTreeTo(
  { repository, tree, signal }: { repository: Repository; tree: string; signal: AbortSignal },
  folder: string,
): Promise<void> {
  const entries = readListing(await treeListing(repository, tree, { signal }));
  const isKind = (kind: string) => (entry: Listed) => entry.mode.startsWith(kind);
  try {
    await makeFolders(entries, folder);
    await eachBlob({ repository, signal }, entries.filter(isKind("100")), async (entry, bytes) => {
      const mode = entry.mode === EXECUTABLE ? 0o755 : 0o644;
      await writeFile(pathOf(folder, entry.path), bytes, { flag: "wx", mode });
    });
    await eachBlob({ repository, signal }, entries.filter(isKind("120")), async (entry, bytes) => {
      await symlink(Buffer.from(bytes), pathOf(folder, entry.path));
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof Error && "errno" in error ? fileFailed(folder, error) : error;
  }
}

/** @param lsTree what `git ls-tree -r -z --full-tree` printed. */
function readListing(lsTree: Uint8Array): readonly Listed[] {
  const lines = Buffer.from(lsTree).toString("latin1").split("\0");
  return lines.slice(0, -1).map((line) => {
    const [, mode = "", objectId = "", path = ""] =
      /^(\d{6}) \w+ ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    const names = path.split("/");
    if (names.some((name) => ["", ".", "..", ".git"].includes(name.toLowerCase()))) {
      throw new Error(`A tree has an entry that cannot be a file: ${JSON.stringify(path)}`);
    }
    return { mode, objectId, path };
  });
}

function pathOf(folder: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, "latin1")]);
}

async function makeFolders(entries: readonly Listed[], folder: string): Promise<void> {
  const isSubmodule = ({ mode }: Listed): boolean => mode === SUBMODULE;
  const folders = new Set(entries.map((one) => (isSubmodule(one) ? one.path : dirname(one.path))));
  folders.delete(".");
  for (const path of folders) await mkdir(pathOf(folder, path), { recursive: true, mode: 0o755 });
}

/** Calls `use` with every entry and its content, without holding all contents at once. */
async function eachBlob(
  { repository, signal }: { repository: Repository; signal: AbortSignal },
  entries: readonly Listed[],
  use: (entry: Listed, bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const byId = Map.groupBy(entries, ({ objectId }) => objectId);
  for (const { ids, bytes } of await batchesOf({ repository, signal }, [...byId.keys()])) {
    signal.throwIfAborted();
    const blobs = await contentsOf({ repository, signal }, ids, bytes);
    const jobs = [...blobs].flatMap(([id, content]) =>
      (byId.get(id) ?? []).map((entry) => ({ entry, content })),
    );
    for (let at = 0; at < jobs.length; at += WRITERS) {
      const some = jobs.slice(at, at + WRITERS);
      await Promise.all(some.map(({ entry, content }) => use(entry, content)));
    }
  }
}

interface Batch {
  readonly ids: readonly string[];
  readonly bytes: number;
}

async function batchesOf(
  { repository, signal }: { repository: Repository; signal: AbortSignal },
  ids: readonly string[],
): Promise<readonly Batch[]> {
  if (ids.length === 0) return [];
  const format = "--batch-check=%(objectname) %(objectsize)";
  const stdin = `${ids.join("\n")}\n`;
  const sizes = await gitText(repository, ["cat-file", format], { stdin, signal });
  const batches: { ids: string[]; bytes: number }[] = [];
  for (const line of sizes.split("\n")) {
    const [id = "", size] = line.split(" ");
    const bytes = Number(size);
    if (!Number.isInteger(bytes)) throw lacks(id);
    const last = batches.at(-1);
    if (last !== undefined && last.bytes + bytes <= BATCH_BYTES) {
      last.ids.push(id);
      last.bytes += bytes;
    } else batches.push({ ids: [id], bytes });
  }
  return batches;
}

/** Of a damaged repository, or one that was not fetched whole. */
function lacks(id: string): OrgError {
  return new OrgError("A file cannot be judged, because its content is missing", {
    code: "PROCESS_FAILED",
    why: `the repository lacks the object ${id}, which a commit of it names`,
    remedies: [
      "git fsck   # in your repository, names what is missing",
      "git fetch --refetch   # fetches it where a remote has it",
    ],
    unchanged: "Nothing was changed.",
  });
}

async function contentsOf(
  { repository, signal }: { repository: Repository; signal: AbortSignal },
  ids: readonly string[],
  bytes: number,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const [id = ""] = ids;
  if (bytes <= BATCH_BYTES) return await readBlobs(repository, ids, signal);
  const options = { maxBytes: bytes, signal };
  const { stdout } = await gitRaw(repository, ["cat-file", "blob", id], options);
  return new Map([[id, stdout]]);
}
