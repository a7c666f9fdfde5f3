/** Brings the main of this home to the other nodes where no promotion does: personas that a person wrote, late rollbacks. */
import { fetchCommits } from "#fitness/gate/gate-repository.ts";
import type { Change } from "./ledger.ts";
import { withMain } from "./lock-main.ts";
import { fetchMain, pushMain } from "./main-remote.ts";
import { signTag, tagName } from "./signed-objects.ts";
import { mainOf, type Promoter } from "./transaction.ts";

export interface Published {
  readonly commit: string;
  /** The tag that vouches for it; `undefined` when the remote had it already. */
  readonly tag: string | undefined;
  /** What other nodes had done, taken over first. */
  readonly followed: readonly Change[];
}

/**
 * @param nowMs milliseconds since the epoch.
 * @throws {OrgError} as `withMain` and `pushMain`.
 */
export async function publishMain(promoter: Promoter, nowMs: number): Promise<Published> {
  return await withMain(promoter, { nowMs }, async ({ gate, home, ledger, remote }, followed) => {
    const commit = await mainOf(home);
    if (remote === undefined || (await fetchMain(gate, remote)) === commit) {
      return { commit, tag: undefined, followed };
    }
    const done = ledger.done().find(({ to }) => to === commit);
    const { tag, tagId } = done ?? (await sign(promoter, commit, nowMs));
    await pushMain(gate, remote, { commit, tag, tagId, ledger });
    return { commit, tag, followed };
  });
}

async function sign({ gate, home }: Promoter, commit: string, nowMs: number) {
  await fetchCommits(gate, home, [commit]);
  const tag = tagName("publication", commit, nowMs);
  return {
    tag,
    tagId: await signTag(gate, { name: tag, commit, message: "published by a person\n" }),
  };
}
