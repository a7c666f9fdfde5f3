/** The work trees of candidates, as Git and the file system know them. */
import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import { locateCheckout, openCheckout, openRepository } from "#platform/git/repository.ts";
import type { ObservedWorktree } from "../observation.ts";

/** Those below the home's own folder; a home that is not a checkout has none. */
export async function observeWorktrees(home: string): Promise<readonly ObservedWorktree[]> {
  if (!existsSync(join(home, ".git"))) return [];
  const repository = await openCheckout(home);
  const listing = await gitText(repository, ["worktree", "list", "--porcelain", "-z"]);
  const root = join(await realpath(home), ".org", "worktrees") + sep;
  const entries = listing.split("\0\0").map((entry) => entry.split("\0"));
  const found = entries.map(async (fields): Promise<readonly ObservedWorktree[]> => {
    const folder = fieldOf(fields, "worktree");
    const branch = fieldOf(fields, "branch").replace("refs/heads/", "");
    // One that is locked is being made at the moment, or a person keeps it.
    const isLocked = fields.some((field) => field === "locked" || field.startsWith("locked "));
    if (!folder.startsWith(root) || isLocked) return [];
    const isMissing = !existsSync(folder);
    const show = ["show-ref", "--verify", "--quiet", `refs/heads/${branch}`];
    const branchRef = await gitRaw(repository, show, { exitCodes: [0, 1, 128] });
    const isGone = branch === "" || branchRef.exitCode !== 0;
    const isDirty = !isMissing && (await holdsChanges(folder));
    return [{ folder, branch, isMissing, isGone, isDirty }];
  });
  return (await Promise.all(found)).flat();
}

function fieldOf(fields: readonly string[], name: string): string {
  const field = fields.find((one) => one.startsWith(`${name} `)) ?? "";
  return field.slice(name.length + 1);
}

/** What cannot be read counts as changed: it stays. */
async function holdsChanges(folder: string): Promise<boolean> {
  try {
    const { gitDir, workTree } = await locateCheckout(folder);
    const own = await openRepository({ gitDir, workTree });
    const head = await gitRaw(own, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], {
      exitCodes: [0, 1, 128],
    });
    // Its branch is gone, so that everything in it counts as new: a person looks.
    if (head.exitCode !== 0) return true;
    return (await gitText(own, ["status", "--porcelain"])) !== "";
  } catch {
    return true;
  }
}
