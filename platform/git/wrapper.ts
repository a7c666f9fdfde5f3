/** How the hardened Git of `hardened-git.sh` is called. */
import { OrgError } from "#core/errors.ts";

/** Where a repository lies, and what Git may do there beyond reading and writing it. */
export interface RepositoryPlace {
  /** Absolute path of the repository itself: what `.git` is in a checkout. */
  readonly gitDir: string;
  /** Absolute path of the top of its work tree; absent: Git sees no files. */
  readonly workTree?: string | undefined;
  /** Absolute path of the index, where it is not the one of the repository: a copy that is prepared beside it. */
  readonly index?: string | undefined;
  /** Protocols that `fetch` may use, such as "file"; none by default. */
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
export interface Repository extends RepositoryPlace {
  /** Keys of its configuration that name programs, which are not to be run. */
  readonly muted: readonly string[];
}

/** The words before Git's own arguments. By way of the shell: a checkout may lie where nothing is executable. */
export const WRAPPER: readonly [shell: string, script: string] = [
  "/bin/sh",
  Bun.fileURLToPath(import.meta.resolve("./hardened-git.sh")),
];

/**
 * The whole environment of the wrapper.
 *
 * @throws {OrgError} `PROCESS_FAILED` when Git is not installed.
 */
export function wrapperEnvironment(repository: Repository): Record<string, string> {
  return {
    ORG_GIT: findGit(),
    ORG_GIT_DIR: repository.gitDir,
    ORG_GIT_WORK_TREE: repository.workTree ?? "",
    ORG_GIT_INDEX: repository.index ?? "",
    ORG_GIT_PROTOCOLS: (repository.protocols ?? []).join(":"),
    ORG_GIT_MUTED: repository.muted.join("\n"),
    ORG_GIT_LINKS: repository.links === true ? "true" : "",
    ORG_GIT_NAME: repository.identity?.name ?? "",
    ORG_GIT_EMAIL: repository.identity?.email ?? "",
  };
}

/** The folder that Git starts in. */
export function startFolder(repository: Repository): string {
  return repository.workTree ?? "/";
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
    left: "Nothing was changed.",
  });
}
