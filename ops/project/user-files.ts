/** Whether the user's files are as they were captured last, so that a large work tree is not looked at for each question. */
import { statfsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Repository } from "#platform/git/wrapper.ts";
import type { TreeWatch } from "#platform/tree-watch.ts";
import { pathOf } from "./git-file.ts";
import { headOf } from "./source.ts";
import { watchTree } from "./watch-copy.ts";

/** What a capture costs counts from an index of so many bytes: some 10,000 files. */
const LARGE_INDEX_BYTES = 1024 * 1024;

/** File systems that this machine alone writes to, so that the kernel tells of all that happens. */
const LOCAL: ReadonlySet<number> = new Set([
  ...[0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010, 0xca451a4e],
]);

/** What Git reads beside the files; an index that `git status` wrote anew counts as a change. */
const READ_BY_GIT = [
  ...(["index", "config", "config.worktree", "info/exclude", "info/attributes"] as const),
  "info/sparse-checkout",
] as const;

export interface CapturedFrom {
  /** The user's repository. */
  readonly source: Repository;
  /** The room's, which knows what the user's Git ignores. */
  readonly repository: Repository;
}

export class UserFiles {
  readonly #from: CapturedFrom;
  readonly #leastBytes: number;
  #watch: TreeWatch | undefined;
  #paths: Promise<readonly string[]> | undefined;
  /** What was beside the files when they were captured; absent: they have to be looked at. */
  #seen: string | undefined;

  /** @param leastBytes of the index: less is looked at each time. */
  constructor(from: CapturedFrom, leastBytes: number = LARGE_INDEX_BYTES) {
    this.#from = from;
    this.#leastBytes = leastBytes;
  }

  /** Whether the work tree is so large that a look at it is worth being saved. */
  async areMany(): Promise<boolean> {
    const [index = ""] = await this.#readByGit();
    const size = statSync(index, { throwIfNoEntry: false })?.size ?? 0;
    return size >= this.#leastBytes;
  }

  /** Whether nothing happened to them since the last {@link whileCapturing}. */
  async areAsCaptured(): Promise<boolean> {
    if (this.#seen === undefined) return false;
    const changed = await this.#watch?.changed();
    if (changed?.length === 0 && this.#seen === (await this.#beside())) return true;
    this.#seen = undefined;
    return false;
  }

  /** @param capture what looks at the files; where it fails, they are looked at the next time. */
  async whileCapturing(capture: () => Promise<unknown>): Promise<void> {
    this.#seen = undefined;
    const isWatched = (await this.areMany()) && (await this.#begin());
    const beside = isWatched ? await this.#beside() : undefined;
    await capture();
    this.#seen = beside;
  }

  async #begin(): Promise<boolean> {
    const { source, repository } = this.#from;
    const root = source.workTree ?? "/";
    if (!isLocal(root)) return false;
    // What happened before is about to be captured.
    if ((await this.#watch?.changed()) !== undefined) return true;
    const tree = { ...repository, workTree: root };
    this.#watch = await watchTree(tree, "refs/org/base");
    return this.#watch !== undefined;
  }

  /** Where {@link READ_BY_GIT} lie, in the same order. */
  async #readByGit(): Promise<readonly string[]> {
    this.#paths ??= Promise.all(READ_BY_GIT.map((name) => pathOf(this.#from.source, name)));
    return await this.#paths;
  }

  async #beside(): Promise<string> {
    const { source } = this.#from;
    const own = await this.#readByGit();
    const files = [...own, join(homedir(), ".gitconfig"), join(homedir(), ".config/git/ignore")];
    return [await headOf(source), ...files.map(stampOf)].join("\n");
  }
}

function stampOf(path: string): string {
  const entry = statSync(path, { throwIfNoEntry: false, bigint: true });
  return entry === undefined ? "" : `${entry.ino} ${entry.size} ${entry.mtimeNs}`;
}

function isLocal(path: string): boolean {
  try {
    return LOCAL.has(statfsSync(path).type);
  } catch {
    return false;
  }
}
