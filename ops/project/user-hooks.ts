/** The hooks that a user's Git would run for a commit and a merge, and where they lie. */
import { access, constants, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import type { UserHooks } from "#fitness/project/run-hooks.ts";
import { humanSetting } from "#platform/git/human-identity.ts";
import { gitText } from "#platform/git/raw.ts";
import { branchOf, openUserCheckout } from "./user-checkout.ts";

/** Those that may refuse: a candidate is a commit, and a promotion a merge. */
const REFUSING = ["pre-commit", "pre-merge-commit", "commit-msg"] as const;

/**
 * @param root the top folder of the user's work tree.
 * @returns undefined where there is no hook that Git would run. Nothing runs.
 * @throws {OrgError} `PROCESS_FAILED` when Git does not answer.
 */
export async function findHooks(root: string, signal: AbortSignal): Promise<UserHooks | undefined> {
  const checkout = await openUserCheckout(root);
  const question = ["--type=path", "core.hooksPath"];
  const named = await humanSetting(question, { folder: root, signal });
  const own = await gitText(checkout.repository, ["rev-parse", "--git-common-dir"], { signal });
  const hooksPath = named === "" ? join(resolve(root, own), "hooks") : resolve(root, named);
  const folder = await realpath(hooksPath).catch(() => undefined);
  if (folder === undefined) return undefined;
  const there = await Promise.all(REFUSING.map((name) => isExecutable(join(folder, name))));
  const names = REFUSING.filter((_name, index) => there[index]);
  if (names.length === 0) return undefined;
  const files = await Promise.all(names.map((name) => realpath(join(folder, name))));
  return {
    folder,
    inTree: pathIn(root, folder),
    names,
    files: files.flatMap((file) => pathIn(root, file) ?? []),
    branch: (await branchOf(checkout)) ?? "refs/heads/main",
  };
}

/** @returns the path below the work tree; undefined for one that lies elsewhere or in `.git`. */
function pathIn(root: string, path: string): string | undefined {
  const inside = relative(root, path);
  const isOut = inside === "" || isAbsolute(inside) || /^(?:\.\.|\.git)(?:\/|$)/.test(inside);
  return isOut ? undefined : inside;
}

async function isExecutable(path: string): Promise<boolean> {
  const isFile = await stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
  if (!isFile) return false;
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
