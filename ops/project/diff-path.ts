/** Which file a user means who names one to look at. */
import { isAbsolute, relative, resolve } from "node:path";
import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { readTreeDiff } from "#fitness/gate/tree-diff.ts";
import { gitRaw } from "#platform/git/raw.ts";
import { WHOLE_TREE } from "./byte-paths.ts";
import { readRefs } from "./refs.ts";
import type { ProjectWork } from "./work.ts";

export interface NamedPath {
  /** Relative to the top of the project. */
  readonly path: string;
  /** Whether the room changed it, or something below it. */
  readonly isChanged: boolean;
}

/**
 * A name is read as Git reads it, from the folder that its user stands in; and from the top of the project, as a difference
 * prints it.
 *
 * @param cwd absolute path; it may lie outside of the project.
 * @throws {OrgError} `PATH_REFUSED` for a path that leads out, `INPUT_MISSING` for one that neither the project nor the room has.
 */
export async function namedPath(
  { location, repository }: Pick<ProjectWork, "location" | "repository">,
  argument: string,
  cwd: string,
): Promise<NamedPath> {
  const paths = pathsFor(location.root, argument, cwd);
  if (paths.length === 0) throw leadsOut(argument);
  const { base, work } = await readRefs(repository);
  const changes = await readTreeDiff(repository, base, work);
  const changed = changes.flatMap(({ path }) => (path === undefined ? [] : [path]));
  const holds = (path: string) =>
    changed.some((one) => path === "" || one === path || one.startsWith(`${path}/`));
  const found = paths.find(holds);
  if (found !== undefined) return { path: found, isChanged: true };
  for (const path of paths) {
    const { stdout } = await gitRaw(repository, ["ls-tree", "-z", work, "--", path], WHOLE_TREE);
    if (path === "" || stdout.length > 0) return { path, isChanged: false };
  }
  throw unknown(argument, changed);
}

/** Those within the project, each once; the first is what Git would take. */
function pathsFor(root: string, argument: string, cwd: string): readonly string[] {
  const bases = isAbsolute(argument) || isWithin(relative(root, cwd)) ? [cwd, root] : [root];
  const all = bases.map((base) => relative(root, resolve(base, argument)));
  return [...new Set(all.filter(isWithin))];
}

function isWithin(path: string): boolean {
  return path !== ".." && !path.startsWith("../");
}

function leadsOut(argument: string): OrgError {
  return new OrgError(`"${argument.slice(0, 200)}" is not a path in the project`, {
    code: "PATH_REFUSED",
    why: "It leads out of the project.",
    remedies: ["name a file of the project, from where you stand or from its top folder"],
    unchanged: "Nothing was changed.",
  });
}

function unknown(argument: string, changed: readonly string[]): OrgError {
  const near = nearestNames(argument, changed);
  const suggestions = (near.length > 0 ? near : changed).slice(0, 3);
  return new OrgError(`There is no "${argument.slice(0, 200)}" in the project`, {
    code: "INPUT_MISSING",
    why:
      changed.length === 0
        ? "The room has changed nothing."
        : `The room changed ${changed.length} other ${changed.length === 1 ? "file" : "files"}.`,
    remedies: [...suggestions.map((path) => `/diff ${path}`), "/diff   # shows all of it"],
    unchanged: "Nothing was changed.",
  });
}
