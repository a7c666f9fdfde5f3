/** Files of a work tree that the configuration of the user's Git names: who changes one may have it run, or read as settings. */
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import { humanSettings } from "#platform/git/human-identity.ts";

/** A changed file, and the setting that names it or a folder that it is in. */
export interface NamedByGit {
  readonly path: string;
  readonly key: string;
}

/**
 * @param root absolute path of the work tree.
 * @param paths that change, relative to it.
 * @throws {OrgError} `PROCESS_FAILED` when Git does not answer.
 */
export async function namedByGit(
  root: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly NamedByGit[]> {
  const named = (await humanSettings({ folder: root, signal })).flatMap(([key, value]) =>
    pathsIn(root, value).map((location) => ({ key, location, isFolder: namesFolder(key, value) })),
  );
  return paths.flatMap((path) => {
    const by = named.find(
      ({ location, isFolder }) =>
        path === location || (isFolder && path.startsWith(`${location}/`)),
    );
    return by === undefined ? [] : [{ path, key: by.key }];
  });
}

/** A word alone is more often an option than a folder. */
function namesFolder(key: string, value: string): boolean {
  return key === "core.hookspath" || value.includes("/");
}

/** The words of a setting as paths of the work tree: from its top, from `.git`, which includes count from, and from the home. */
function pathsIn(root: string, value: string): readonly string[] {
  const tokens = value.split(/[\s"'=;|&()<>]+/).map((word) => word.replace(/^!/, ""));
  const all = tokens
    .filter((word) => word !== "")
    .flatMap((word) => [
      resolve(root, word),
      resolve(root, ".git", word),
      ...(word.startsWith("~/") ? [join(homedir(), word.slice(2))] : []),
    ]);
  const inside = all.map((path) => relative(root, path));
  return inside.filter((path) => path !== "" && !/^(?:\.\.|\.git)(?:\/|$)|^\//.test(path));
}
