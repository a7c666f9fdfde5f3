/** Ignored folders of the user's checkout that a build needs, found by name. */
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { gitRaw } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { changeRecord, type ProjectLocation, readRecord } from "./location.ts";

/** A folder that a build needs and that Git ignores. */
export interface FoundDependency {
  /** Its path, relative to the top of the checkout. */
  readonly name: string;
  /** What is in it, for the user, such as `packages of Node.js`. */
  readonly what: string;
}

/** What was found of a checkout. */
export interface FoundDependencies {
  /** Those that are shown, the ones at the top first: at most 64. */
  readonly found: readonly FoundDependency[];
  /** Names of others, which are not; of a workspace with more than 400 not of all. */
  readonly omitted: readonly string[];
}

/** How many folders lie around a found one at most. */
const DEEPEST = 3;
/** A workspace of more packages needs what lies at its top. */
const MAX_CHECKED = 400;
/** Most folders that are shown: each is a mount of every program that runs. */
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

const TOP_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(AT_TOP),
  ...Object.values(BESIDE).flatMap((folders) => Object.keys(folders)),
]);

/**
 * The ignored folders of a checkout that its builds need: beside the manifests that Git tracks, and at its top. None is
 * walked, and a link or a folder behind a link is not one of them. Names that could not stand in a line are left out.
 *
 * @param root top of the checkout; it is only read.
 * @throws {OrgError} `PROCESS_FAILED` when `root` is not a checkout.
 */
export async function findDependencies(
  root: string,
  signal?: AbortSignal,
): Promise<FoundDependencies> {
  const repository = await openCheckout(root);
  const top = repository.workTree ?? root;
  const named = await namedFolders(repository, signal);
  const real: FoundDependency[] = [];
  for (const [name, what] of named) {
    const path = join(top, name);
    // Real all the way: what lies behind a link is not the project's own.
    if ((await realpath(path).catch(() => "")) !== path) continue;
    real.push({ name, what });
    if (real.length >= MAX_CHECKED) break;
  }
  const ignored = await ignoredFolders(
    repository,
    real.map(({ name }) => name),
    signal,
  );
  const found = real.filter(({ name }) => ignored.has(name));
  const omitted = found.slice(MOST_FOUND).map(({ name }) => name);
  return { found: found.slice(0, MOST_FOUND), omitted };
}

/**
 * Takes what was installed, and what is gone, since the user was told of it into their record.
 *
 * @param location of a project.
 * @returns what is new; nothing for a project that has no record.
 * @throws {OrgError} as {@link changeRecord}; the reason of the signal once it aborts.
 */
export async function takeNewDependencies(
  location: Pick<ProjectLocation, "root" | "folder">,
  signal: AbortSignal,
): Promise<FoundDependencies> {
  if ((await readRecord(location)) === undefined) return NONE;
  const { found, omitted } = await findDependencies(location.root, signal).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      // What Git cannot read is told by what needs it.
      if (error instanceof OrgError) return NONE;
      throw error;
    },
  );
  if (found.length === 0) return NONE;
  const names = found.map(({ name }) => name);
  let fresh: readonly FoundDependency[] = [];
  await changeRecord(location, (record) => {
    if (record === undefined) return undefined;
    fresh = found.filter(({ name }) => !record.dependencies.includes(name));
    const isSame = fresh.length === 0 && record.dependencies.length === names.length;
    return isSame ? undefined : { ...record, dependencies: names };
  });
  return { found: fresh, omitted: fresh.length === 0 ? [] : omitted };
}

const NONE: FoundDependencies = { found: [], omitted: [] };

/** The text about folders that are shown from now on; nothing where there are none. Not cleaned. */
export function newDependenciesText({ found, omitted }: FoundDependencies): string | undefined {
  if (found.length === 0) return undefined;
  const few = found.slice(0, MOST_NAMED).map(({ name, what }) => `${name} (${what})`);
  const more = found.length > few.length ? ` and ${found.length - few.length} more` : "";
  const beyond = omitted.length === 0 ? "" : ` ${omittedText(omitted)}`;
  return `Programs see from your checkout now, read-only: ${few.join(", ")}${more}.${beyond}`;
}

/** @param omitted as of {@link FoundDependencies}, not empty. */
export function omittedText(omitted: readonly string[]): string {
  const [first = ""] = omitted;
  const others = omitted.length === 1 ? "" : ` and ${omitted.length - 1} more`;
  return `Not shown, beyond ${MOST_FOUND} such folders: ${first}${others}.`;
}

/** As many names stand in one line. */
const MOST_NAMED = 4;

/**
 * Whether the top of a checkout has got, or lost, a folder that builds need, since the last look. It asks no program, so
 * that each question to a room can.
 */
export class TopWatch {
  readonly #root: string;
  #listing: string | undefined;

  /** @param root top of the checkout. */
  constructor(root: string) {
    this.#root = root;
  }

  async hasChanged(): Promise<boolean> {
    const names = await readdir(this.#root).catch(() => []);
    const listing = names
      .filter((name) => TOP_NAMES.has(name))
      .sort()
      .join("/");
    const isChanged = this.#listing !== undefined && this.#listing !== listing;
    this.#listing = listing;
    return isChanged;
  }
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
