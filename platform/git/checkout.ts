import { OrgError, reasonOf } from "#core/errors.ts";
import { git } from "./git.ts";
import { openCheckout } from "./repository.ts";

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
 * @returns why it cannot be read, where it cannot: the folder is not a checkout, or has no commit.
 */
export async function readCheckout(folder: string): Promise<Checkout | string> {
  try {
    const checkout = git(await openCheckout(folder));
    const [branch, commit, status] = await Promise.all([
      checkout.revparse(["--abbrev-ref", "HEAD"]),
      checkout.revparse(["HEAD"]),
      checkout.raw([
        ...["status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=all", "-z"],
      ]),
    ]);
    const changed = status.split("\0").filter((line) => line !== "").length;
    return { branch: branch.trim(), commit: commit.trim(), changed };
  } catch (error) {
    return error instanceof OrgError ? `${error.message}: ${error.why}` : reasonOf(error);
  }
}
