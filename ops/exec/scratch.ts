/**
 * A repository of our own with one tree of another one. Everything that Git has to do for a task happens in it: the
 * repository of the task is only ever read, and may lie on a read-only file system.
 */

import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { copyTrees } from "#platform/git/copy-trees.ts";
import { SUBMODULE } from "#platform/git/entry-modes.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { readTreeEntries, type TreeEntry } from "#platform/git/tree-entries.ts";
import { treeListing } from "#platform/git/tree-listing.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";

export interface Scratch extends AsyncDisposable {
  readonly repository: Repository;
  /** Absolute path of the folder that goes with it. */
  readonly folder: string;
  /** Absolute path of the checkout that it was made of. */
  readonly workTree: string;
  /** The tree of the commit that is checked out, without its submodules. */
  readonly base: string;
  /** What is in that commit, submodules included. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

/**
 * @param root top folder of a checkout. What is not committed in it does not count.
 * @throws {OrgError} `INPUT_MISSING` when there is no repository.
 */
export async function openScratch(root: string): Promise<Scratch> {
  const source = await openSource(root);
  const [format, head] = await Promise.all([
    gitText(source, ["rev-parse", "--show-object-format"]),
    headOf(source),
  ]);
  await using parts = new AsyncDisposableStack();
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const { path: folder } = parts.use(await temporaryFolder("exec"));
  const repository: Repository = { gitDir: join(folder, "scratch.git"), muted: [] };
  await gitText(repository, ["init", "--quiet", `--object-format=${format}`]);
  if (head !== undefined) await copyTrees({ from: source, to: repository }, [head]);
  const entries = head === undefined ? [] : readTreeEntries(await treeListing(repository, head));
  const base = await treeOf(repository, entries);
  const named = entries.flatMap((entry) =>
    entry.path === undefined ? [] : [[entry.path, entry] as const],
  );
  const workTree = await realpath(root);
  const all = parts.move();
  return {
    ...{ repository, folder, workTree, base, entries: new Map(named) },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Git refuses to work on trees with submodules here, which are repositories with settings of their own. */
async function treeOf(repository: Repository, entries: readonly TreeEntry[]): Promise<string> {
  const lines = entries.flatMap(({ mode, objectId, path }) =>
    path === undefined || mode === SUBMODULE ? [] : [`${mode} ${objectId}\t${path}\0`],
  );
  await gitText(repository, ["update-index", "-z", "--index-info"], { stdin: lines.join("") });
  return await gitText(repository, ["write-tree"]);
}

/** @returns the tree of its commit; `undefined` for a repository without one. */
async function headOf(source: Repository): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "HEAD^{tree}"];
  const { exitCode, stdout } = await gitRaw(source, args, { exitCodes: [0, 1, 128] });
  return exitCode === 0 ? new TextDecoder().decode(stdout).trim() : undefined;
}

async function openSource(root: string): Promise<Repository> {
  try {
    return await openCheckout(root);
  } catch (cause) {
    throw new OrgError(`There is no Git repository at "${root}"`, {
      code: "INPUT_MISSING",
      why: cause instanceof OrgError ? (cause.why ?? cause.message) : String(cause),
      remedies: ["name the top folder of a checkout: REPO_ROOT, or --repo DIR"],
      unchanged: "No model was asked.",
      cause,
    });
  }
}
