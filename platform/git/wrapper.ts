/** What Git works on, and with which program. */
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";

/** Where a repository lies, and what Git may do there beyond reading and writing it. */
export interface RepositoryLocation {
  /** Absolute path of the repository itself: what `.git` is in a checkout. */
  readonly gitDir: string;
  /** Absolute path of the top of its work tree; absent: Git sees no files. */
  readonly workTree?: string | undefined;
  /** Absolute path of the index, where it is not the one of the repository: a copy that is prepared beside it. */
  readonly index?: string | undefined;
  /**
   * Where Git writes objects, where that is not the repository itself: `folder` gets them, and `behind` is read as well,
   * the repository's own folder of objects. Both are absolute.
   */
  readonly objects?: { readonly folder: string; readonly behind: string } | undefined;
  /** Protocols that `fetch` and `push` may use: "file", "ssh"; none by default. */
  readonly protocols?: readonly string[] | undefined;
  /**
   * Whether Git writes and reads symbolic links of the work tree as links; for a work tree of ours whose links were
   * judged before they are written.
   *
   * @default false
   */
  readonly links?: boolean | undefined;
  /** Who commits; by default the identity of the repository's configuration, and no other. */
  readonly identity?: Identity | undefined;
}

export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** A repository that was opened by `openRepository`. */
export interface Repository extends RepositoryLocation {
  /** Keys of its configuration that name programs, which are not to be run. */
  readonly muted: readonly string[];
}

/**
 * The same repository with an index that is not there, for what is asked of commits alone: `git diff-tree` reads the
 * index first, 18 ms of processor time with 200,000 files.
 */
export function withoutIndex(repository: Repository): Repository {
  return { ...repository, index: join(repository.gitDir, "no-index") };
}

/** @throws {OrgError} `PROCESS_FAILED` when there is none. */
export function findGit(which: typeof Bun.which = Bun.which): string {
  // From "/": a relative entry of PATH must not lead into a folder that a model can write.
  const path = which("git", { cwd: "/" });
  if (path !== null) return path;
  throw new OrgError("Git is not installed", {
    code: "PROCESS_FAILED",
    why: 'There is no "git" on the PATH.',
    remedies: ["sudo apt-get install git"],
    unchanged: "Nothing was changed.",
  });
}
