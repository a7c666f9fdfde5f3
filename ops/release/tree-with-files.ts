/** Trees that differ from others in a few files, made without an index and without a work tree. */
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";

/** @returns the id of a blob with this text. */
export async function writeBlob(repository: Repository, text: string): Promise<string> {
  return await gitText(repository, ["hash-object", "-w", "--stdin"], { stdin: text });
}

/** @param files ids of blobs by path. @returns the id of the tree with them in it. */
export async function treeWithFiles(
  repository: Repository,
  tree: string,
  files: ReadonlyMap<string, string>,
): Promise<string> {
  if (files.size === 0) return tree;
  const entries = await entriesOf(repository, tree);
  for (const [name, below] of groupedByFolder(files)) {
    if (typeof below === "string") {
      entries.set(name, `100644 blob ${below}`);
      continue;
    }
    const old = treeIn(entries.get(name));
    const inner = await treeWithFiles(repository, old ?? (await emptyTree(repository)), below);
    entries.set(name, `040000 tree ${inner}`);
  }
  return await treeOf(repository, entries);
}

/** @param path of a folder, from the top. @returns the id of the tree without it, and without folders that are empty then. */
export async function treeWithoutFolder(
  repository: Repository,
  tree: string,
  path: string,
): Promise<string> {
  const [name = "", ...below] = path.split("/");
  const entries = await entriesOf(repository, tree);
  const inner = treeIn(entries.get(name));
  if (inner === undefined) return tree;
  const empty = await emptyTree(repository);
  const left =
    below.length === 0 ? empty : await treeWithoutFolder(repository, inner, below.join("/"));
  if (left === empty) entries.delete(name);
  else entries.set(name, `040000 tree ${left}`);
  return await treeOf(repository, entries);
}

/** What stands before each name: mode, kind and id. */
async function entriesOf(repository: Repository, tree: string): Promise<Map<string, string>> {
  const { stdout } = await gitRaw(repository, ["ls-tree", "-z", tree]);
  const entries = new Map<string, string>();
  for (const line of new TextDecoder().decode(stdout).split("\0")) {
    const tab = line.indexOf("\t");
    if (tab > 0) entries.set(line.slice(tab + 1), line.slice(0, tab));
  }
  return entries;
}

/** The id of the tree that an entry names. */
function treeIn(entry = ""): string | undefined {
  return /^040000 tree ([0-9a-f]+)$/.exec(entry)?.[1];
}

async function treeOf(
  repository: Repository,
  entries: ReadonlyMap<string, string>,
): Promise<string> {
  const lines = [...entries].map(([name, head]) => `${head}\t${name}\0`);
  return await gitText(repository, ["mktree", "-z"], { stdin: lines.join("") });
}

async function emptyTree(repository: Repository): Promise<string> {
  return await gitText(repository, ["mktree"], { stdin: "" });
}

function groupedByFolder(
  files: ReadonlyMap<string, string>,
): Map<string, string | Map<string, string>> {
  const groups = new Map<string, string | Map<string, string>>();
  for (const [path, id] of files) {
    const slash = path.indexOf("/");
    if (slash < 0) {
      groups.set(path, id);
      continue;
    }
    const folder = path.slice(0, slash);
    const group = groups.get(folder);
    const below = group instanceof Map ? group : new Map<string, string>();
    groups.set(folder, below.set(path.slice(slash + 1), id));
  }
  return groups;
}
