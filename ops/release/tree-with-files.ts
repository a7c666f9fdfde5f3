/** Trees that differ from others in a few files, made without an index and without a work tree. */
import { looseEntries } from "#platform/git/loose-trees.ts";
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
  const entries = [...files].map(([path, id]) => [path, { mode: "100644", id }] as const);
  return await treeWithEntries(repository, tree, new Map(entries));
}

/** @param path of a folder, from the top. @returns the id of the tree without it, and without folders that are empty then. */
export async function treeWithoutFolder(
  repository: Repository,
  tree: string,
  path: string,
): Promise<string> {
  return await treeWithEntries(repository, tree, new Map([[path, undefined]]));
}

/** A file or a link of a tree. */
export interface TreeFile {
  /** Six octal digits: `100644`, `100755` or `120000`. */
  readonly mode: string;
  /** Of its blob. */
  readonly id: string;
}

/** By path from the top; `undefined` where there is to be nothing. */
type Changes = ReadonlyMap<string, TreeFile | undefined>;

/** @returns the id of the tree with these changes, and without folders that are empty then. */
export async function treeWithEntries(
  repository: Repository,
  tree: string,
  changes: Changes,
): Promise<string> {
  // Byte for byte: a name that is not changed may be in any encoding, and has to stay as it is.
  const named = [...changes].map(
    ([path, file]) => [Buffer.from(path).toString("latin1"), file] as const,
  );
  let made: Promise<string> | undefined;
  // Nothing is asked where all the changes are in the folder on top.
  const empty = (): Promise<string> => {
    made ??= gitText(repository, ["mktree"], { stdin: "" });
    return made;
  };
  return await withChanges({ repository, empty }, tree, new Map(named));
}

interface Trees {
  readonly repository: Repository;
  /** Id of the tree without entries. */
  readonly empty: () => Promise<string>;
}

/** @param changes by path, one character a byte. */
async function withChanges(trees: Trees, tree: string, changes: Changes): Promise<string> {
  if (changes.size === 0) return tree;
  const { repository } = trees;
  const entries = await entriesOf(repository, tree);
  for (const [name, below] of groupedByFolder(changes)) {
    if (below === undefined) entries.delete(name);
    else if (!(below instanceof Map)) entries.set(name, `${below.mode} blob ${below.id}`);
    else {
      const old = treeIn(entries.get(name));
      const empty = await trees.empty();
      const inner = await withChanges(trees, old ?? empty, below);
      if (inner !== empty) entries.set(name, `040000 tree ${inner}`);
      else if (old !== undefined) entries.delete(name);
    }
  }
  return await treeOf(repository, entries);
}

/** What stands before each name: mode, kind and id. */
async function entriesOf(repository: Repository, tree: string): Promise<Map<string, string>> {
  const loose = looseEntries(repository, tree);
  if (loose !== undefined) return new Map(loose);
  const { stdout } = await gitRaw(repository, ["ls-tree", "-z", tree]);
  const entries = new Map<string, string>();
  for (const line of Buffer.from(stdout).toString("latin1").split("\0")) {
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
  const stdin = Buffer.from(lines.join(""), "latin1");
  return await gitText(repository, ["mktree", "-z"], { stdin });
}

type Group = TreeFile | undefined | Map<string, TreeFile | undefined>;

/** Where a file becomes a folder, or the other way round, what is added counts. */
function groupedByFolder(changes: Changes): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  const removedFirst = [...changes].sort(
    ([, a], [, b]) => Number(a !== undefined) - Number(b !== undefined),
  );
  for (const [path, file] of removedFirst) {
    const slash = path.indexOf("/");
    if (slash < 0) {
      groups.set(path, file);
      continue;
    }
    const folder = path.slice(0, slash);
    const group = groups.get(folder);
    const below = group instanceof Map ? group : new Map<string, TreeFile | undefined>();
    groups.set(folder, below.set(path.slice(slash + 1), file));
  }
  return groups;
}
