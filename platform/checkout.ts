import { OrgError, reasonOf } from "#core/errors.ts";
import { gitText } from "./git/raw.ts";
import { openCheckout } from "./git/repository.ts";

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
    const checkout = await openCheckout(folder);
    const [branch, commit, status] = await Promise.all([
      gitText(checkout, ["rev-parse", "--abbrev-ref", "HEAD"]),
      gitText(checkout, ["rev-parse", "HEAD"]),
      gitText(checkout, ["status", "--porcelain", "--untracked-files=normal", "-z"]),
    ]);
    const changed = status.split("\0").filter((line) => line !== "").length;
    return { branch, commit, changed };
  } catch (error) {
    return error instanceof OrgError ? `${error.message}: ${error.why}` : reasonOf(error);
  }
}
