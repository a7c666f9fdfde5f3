import { type SimpleGit, simpleGit } from "simple-git";
import { reasonOf } from "#core/errors.ts";

/** What Git says of the folder whose tools evolve. */
export interface Checkout {
  readonly branch: string;
  /** Full object id of its newest commit. */
  readonly commit: string;
  /** Files that differ from that commit, new ones included. */
  readonly changed: number;
}

/**
 * Reads the state of a checkout without changing it.
 *
 * @returns why it cannot be read, where it cannot: the folder is no checkout, or has no commit.
 */
export async function readCheckout(folder: string): Promise<Checkout | string> {
  try {
    const git = gitIn(folder);
    const [branch, commit, status] = await Promise.all([
      git.raw(["rev-parse", "--abbrev-ref", "HEAD"]),
      git.raw(["rev-parse", "HEAD"]),
      git.raw(["status", "--porcelain", "-z"]),
    ]);
    const changed = status.split("\0").filter((line) => line !== "").length;
    return { branch: branch.trim(), commit: commit.trim(), changed };
  } catch (error) {
    return reasonOf(error).trim();
  }
}

/** Git without the environment of whoever started us: no HOME, so none of the user's configuration. */
function gitIn(folder: string): SimpleGit {
  const settings = { baseDir: folder, timeout: { block: 10_000 } };
  return simpleGit(settings).env({ PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" });
}
