/** What a generation is made of: a commit, and the tools that lie in its tree. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { gitText } from "#platform/git/raw.ts";
import { locateCheckout, openCheckout, openRepository } from "#platform/git/repository.ts";
import { candidateBranches, candidateOfBranch } from "./candidate.ts";
import { currentRelease } from "./release.ts";
import { mainOf } from "./transaction.ts";

export interface ServedTree {
  readonly commit: string;
  /** Absolute path of the folder with a folder for each generated tool. */
  readonly tools: string;
  /** The branch of a candidate. */
  readonly branch?: string | undefined;
  /** What a candidate changes beside tools: paths that are not served with it. */
  readonly leftOut: readonly string[];
}

const TOOLS = "tools/generated";

/** The release that is live; a home that never had one is served as it lies there. */
export async function currentTree(orgHome: string): Promise<ServedTree> {
  const paths = promotionPaths(orgHome);
  const release = await currentRelease(paths);
  if (release !== undefined) {
    return { commit: release, tools: join(paths.releases, release, TOOLS), leftOut: [] };
  }
  const isCheckout = existsSync(join(orgHome, ".git"));
  const commit = isCheckout ? await mainOf(await openCheckout(orgHome)) : "none";
  return { commit, tools: join(orgHome, TOOLS), leftOut: [] };
}

/**
 * A candidate's work tree. Its tools alone are served: code that was not judged runs in the sandbox or not
 * at all, and that of a server cannot.
 *
 * @param name of its branch. @default the newest candidate
 * @throws {OrgError} `INPUT_MISSING` when there is no such candidate, `INPUT_INVALID` when its work tree holds
 *   what its commit does not: the tried files must be the verified ones.
 */
export async function candidateTree(orgHome: string, name?: string): Promise<ServedTree> {
  const branches = await candidateBranches(orgHome);
  const branch = name ?? branches[0];
  if (branch === undefined || !branches.includes(branch)) throw noCandidate(branch, branches);
  const { commit, folder } = await candidateOfBranch(orgHome, branch);
  const located = await locateCheckout(folder);
  const own = await openRepository({ gitDir: located.gitDir, workTree: located.workTree });
  const changed = await gitText(own, ["status", "--porcelain", "--", TOOLS]);
  if (changed !== "") throw notCommitted(branch, folder, changed);
  const range = `refs/heads/main...${commit}`;
  const paths = await gitText(own, ["diff", "--name-only", "-z", range]);
  const leftOut = paths.split("\0").filter((path) => path !== "" && !path.startsWith(`${TOOLS}/`));
  return { commit, tools: join(folder, TOOLS), branch, leftOut };
}

function noCandidate(name: string | undefined, branches: readonly string[]): OrgError {
  const examples = branches
    .slice(0, 3)
    .map((branch) => `org serve --generation candidate --branch ${branch}`);
  return new OrgError(
    name === undefined ? "There is no candidate" : `There is no candidate "${name.slice(0, 80)}"`,
    {
      code: "INPUT_MISSING",
      why: `This home has ${branches.length} of them.`,
      remedies: examples.length > 0 ? examples : ["./ops/start-candidate.sh --patch FILE"],
      unchanged: "Nothing was started.",
    },
  );
}

function notCommitted(branch: string, folder: string, changed: string): OrgError {
  return new OrgError(`The work tree of ${branch} is not what its commit says`, {
    code: "INPUT_INVALID",
    why: `Changed there: ${changed.split("\n").slice(0, 5).join(", ")}.`,
    remedies: [`git -C ${shellWord(folder)} add --all && git -C ${shellWord(folder)} commit`],
    unchanged: "Nothing was started.",
  });
}
