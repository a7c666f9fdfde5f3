/** Names of the user that leave no room for those of a promotion: Git keeps no reference below another one. */
import type { ProjectChange } from "./change-ledger.ts";
import { refusal, type UserCheckout } from "./user-checkout.ts";
import { refAt } from "./user-refs.ts";

/** @throws {OrgError} `CANDIDATE_REFUSED` where a branch or a tag is in the way; it says how to rename it. */
export async function refuseExistingNames(
  checkout: UserCheckout,
  kind: ProjectChange["kind"],
): Promise<void> {
  if (kind === "promotion" && (await refAt(checkout, "refs/heads/cand")) !== undefined) {
    throw refusal('Your repository has a branch "cand"', {
      why: "So it cannot have branches such as cand/20261123T111500Z beside it.",
      remedies: ["git branch -m cand ANOTHER-NAME"],
    });
  }
  if ((await refAt(checkout, `refs/tags/${kind}`)) === undefined) return;
  throw refusal(`Your repository has a tag "${kind}"`, {
    why: `So it cannot have tags such as ${kind}/20261123T111500Z beside it.`,
    remedies: [`git tag another-name ${kind} && git tag -d ${kind}`],
  });
}
