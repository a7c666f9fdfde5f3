/** What has become of a demo's main, as Git tells it. */
import { openGateRepository } from "#fitness/gate/gate-repository.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { type Change, ChangeLedger } from "../release/ledger.ts";
import { isChangeSigned } from "../release/signed-objects.ts";

/** One time that main moved. */
export interface MainMove {
  readonly kind: Change["kind"];
  readonly tag: string;
  readonly commit: string;
  /** `git verify-commit` and `git verify-tag` accept the gate's signatures, and the tag names the commit. */
  readonly isVerified: boolean;
  /** Names of the generated tools that main had from then on. */
  readonly tools: readonly string[];
}

/** @returns every move, oldest first. */
export async function mainMoves(home: string): Promise<readonly MainMove[]> {
  const paths = promotionPaths(home);
  using ledger = new ChangeLedger(paths.ledger);
  const repository = await openCheckout(home);
  // The one that knows whose signatures count.
  const gate = await openGateRepository(paths.repository);
  const done = ledger.done().toReversed();
  return await Promise.all(
    done.map(async ({ kind, tag, to }) => {
      const isVerified = await isChangeSigned({ home: repository, gate }, { tag, to });
      return { kind, tag, commit: to, isVerified, tools: await toolsOf(repository, to) };
    }),
  );
}

const GENERATED = "tools/generated/";

async function toolsOf(repository: Repository, commit: string): Promise<readonly string[]> {
  const listing = await gitText(repository, ["ls-tree", "--name-only", commit, "--", GENERATED]);
  return listing
    .split("\n")
    .filter((path) => path !== "")
    .map((path) => path.slice(GENERATED.length));
}
