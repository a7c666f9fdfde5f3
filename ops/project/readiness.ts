/** What a candidate and a promotion need of the user's machine, for who asks before a model or a check has cost time. */
import { join } from "node:path";
import { requireSigning } from "#fitness/gate/signing.ts";
import { committerOf } from "./commit-object.ts";
import { refuseExistingNames } from "./existing-names.ts";
import type { ProjectLocation } from "./location.ts";
import { unreadable } from "./source.ts";
import { openUserCheckout, refuseNoBranch } from "./user-checkout.ts";
import { refuseUnwritable } from "./writable.ts";

/** What is about to be made. */
export type Target = "candidate" | "promotion";

/**
 * @throws {OrgError} `CONFIG_INVALID` when the user's Git does not know their name, `CANDIDATE_REFUSED` when it does not work
 *   in the repository, no branch with a commit is checked out or a name of theirs is in the way, `PROCESS_FAILED` when a promotion could not be signed,
 *   `FILE_FAILED` when the repository may not be written, `INPUT_INVALID` when Git cannot read it.
 */
export async function refuseUnready(
  { root }: Pick<ProjectLocation, "root">,
  target: Target,
  signal?: AbortSignal,
): Promise<void> {
  await committerOf(root, signal);
  if (target === "candidate") return;
  requireSigning();
  try {
    const checkout = await openUserCheckout(root);
    await refuseNoBranch(checkout);
    await refuseUnwritable(checkout);
    await refuseExistingNames(checkout, "promotion");
  } catch (error) {
    throw unreadable({ workTree: root, gitDir: join(root, ".git") }, error);
  }
}
