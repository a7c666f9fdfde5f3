/** Ignored folders of the user's checkout that a build needs, found by name. */
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { gitRaw } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";

/** A folder that a build needs and that Git ignores. */
export interface FoundDependency {
  /** Its path, relative to the top of the checkout. */
  readonly name: string;
  /** What is in it, for the user, such as `packages of Node.js`. */
  readonly what: string;
}

/** How many folders lie around a found one at most. */
const DEEPEST = 3;
/** A workspace of more packages needs what lies at its top. */
const MOST_ASKED = 400;
const MOST_FOUND = 64;
const MAX_LISTING_BYTES = 256 * 1024 * 1024;

const NODE = { node_modules: "packages of Node.js" };
const PYTHON = {
  ".venv": "environment of Python",
  venv: "environment of Python",
  ".tox": "environments of tox",
};
const VENDOR = { vendor: "packages brought along" };
const MIX = { deps: "packages of Elixir", _build: "what Mix built" };

/** What lies beside a manifest, and what it is. */
const BESIDE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "package.json": NODE,
  "pyproject.toml": PYTHON,
  "setup.py": PYTHON,
  "setup.cfg": PYTHON,
  "requirements.txt": PYTHON,
  Pipfile: PYTHON,
  "tox.ini": PYTHON,
  "Cargo.toml": { target: "what Cargo built", ...VENDOR },
  "go.mod": VENDOR,
  "composer.json": VENDOR,
  Gemfile: VENDOR,
  Podfile: { Pods: "packages of CocoaPods" },
  "mix.exs": MIX,
};
/** Names that mean one thing only, at the top of a checkout even without a manifest. */
const AT_TOP: Readonly<Record<string, string>> = { ...NODE, ...PYTHON };

/**
 * The ignored folders of a checkout that its builds need: beside the manifests that Git tracks, and at its top. None is
 * walked, and a link or a folder behind a link is not one of them. Names that could not stand in a line are left out.
 *
 * @param root top of the checkout; it is only read.
 * @returns the first 64, those at the top first.
 * @throws {OrgError} `PROCESS_FAILED` when `root` is not a checkout.
 */
export async function findDependencies(
  root: string,
  signal?: AbortSignal,
): Promise<readonly FoundDependency[]> {
  const repository = await openCheckout(root);
  const top = repository.workTree ?? root;
  const named = await namedFolders(repository, signal);
  const real: FoundDependency[] = [];
  for (const [name, what] of named) {
    const path = join(top, name);
    // Real all the way: what lies behind a link is not the project's own.
    if ((await realpath(path).catch(() => "")) !== path) continue;
    real.push({ name, what });
    if (real.length >= MOST_ASKED) break;
  }
  const ignored = await ignoredFolders(
    repository,
    real.map(({ name }) => name),
    signal,
  );
  return real.filter(({ name }) => ignored.has(name)).slice(0, MOST_FOUND);
}

/** Every folder that could be one, by its path, with what it would be. */
async function namedFolders(
  repository: Repository,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const top = (await readdir(repository.workTree ?? "")).toSorted();
  const found = new Map(Object.entries(AT_TOP));
  const add = (folder: string, manifest: string) => {
    if (!Object.hasOwn(BESIDE, manifest)) return;
    for (const [name, what] of Object.entries(BESIDE[manifest] ?? {}))
      found.set(folder + name, what);
  };
  // Also a manifest that is not tracked yet: a new project has no other.
  for (const name of top) add("", name);
  const args = ["ls-files", "-z"];
  const { stdout } = await gitRaw(repository, args, { maxBytes: MAX_LISTING_BYTES, signal });
  const nested = new TextDecoder().decode(stdout).split("\0").filter(isNear);
  for (const path of nested.sort(byDepth)) {
    const slash = path.lastIndexOf("/") + 1;
    add(path.slice(0, slash), path.slice(slash));
  }
  return found;
}

function isNear(path: string): boolean {
  const slash = path.lastIndexOf("/");
  if (!Object.hasOwn(BESIDE, path.slice(slash + 1))) return false;
  return depthOf(path) <= DEEPEST && !/[\p{C}\p{Zl}\p{Zp}\uFFFD]/u.test(path);
}

function depthOf(path: string): number {
  return path.split("/").length - 1;
}

function byDepth(one: string, other: string): number {
  return depthOf(one) - depthOf(other) || (one < other ? -1 : 1);
}

/** Those of the folders that Git ignores wholly. */
async function ignoredFolders(
  repository: Repository,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  // It does not look into a folder that is ignored, and names a folder with tracked files by what lies in it.
  const options = ["--others", "--ignored", "--exclude-standard", "--directory", "-z"];
  const { stdout } = await gitRaw(repository, ["ls-files", ...options, "--", ...names], { signal });
  const listed = new TextDecoder().decode(stdout).split("\0");
  return new Set(listed.filter((path) => path.endsWith("/")).map((path) => path.slice(0, -1)));
}
