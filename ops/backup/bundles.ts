/** Git repositories in a backup: bundles, which count when all of their objects came out of them again. */
import { existsSync } from "node:fs";
import { chmod, open } from "node:fs/promises";
import { join } from "node:path";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { gitText } from "#platform/git/raw.ts";
import { createRepository, openCheckout, openRepository } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import type { StoredRepository } from "./manifest.ts";

/** Where the objects of a backup hang until a restore moves the refs; no backup has them. */
export const STAGED_REFS = "refs/org-restore/";

/** Longest that Git may take for one step, in milliseconds: a repository may be large. */
const GIT_MS = 15 * 60_000;
const LONG = { timeoutMs: GIT_MS };

/** The repositories of a home that are there: its checkout, and the one of the gate. */
export async function repositoriesOf(
  home: string,
): Promise<ReadonlyMap<StoredRepository["name"], Repository>> {
  const found = new Map<StoredRepository["name"], Repository>();
  if (existsSync(join(home, ".git"))) found.set("checkout", await openCheckout(home));
  const gitDir = promotionPaths(home).repository;
  if (existsSync(gitDir)) found.set("gate", await openRepository({ gitDir }));
  return found;
}

/** Object ids by the full names of the refs, without those of {@link STAGED_REFS}. */
export async function refsOf(repository: Repository): Promise<Readonly<Record<string, string>>> {
  const args = ["for-each-ref", "--format=%(objectname) %(refname)"];
  const all = Object.entries(refsIn(await gitText(repository, args, LONG)));
  return Object.fromEntries(all.filter(([ref]) => !ref.startsWith(STAGED_REFS)));
}

/** Lets go of what was brought in for a restore. */
export async function dropStagedRefs(repository: Repository): Promise<void> {
  const staged = await gitText(repository, [
    "for-each-ref",
    "--format=delete %(refname)",
    STAGED_REFS,
  ]);
  if (staged === "") return;
  await gitText(repository, ["update-ref", "--no-deref", "--stdin"], { stdin: `${staged}\n` });
}

/**
 * Writes a bundle of all refs into a folder.
 *
 * @returns `undefined` for a repository without refs, of which Git makes no bundle; a text that says why there is none.
 * @throws {OrgError} `PROCESS_FAILED`
 */
export async function writeBundle(
  repository: Repository,
  name: StoredRepository["name"],
  folder: string,
): Promise<StoredRepository | string | undefined> {
  if (Object.keys(await refsOf(repository)).length === 0) return undefined;
  // Its oldest commits have parents that are not there: what would be made of it is refused when it is read.
  if ((await gitText(repository, ["rev-parse", "--is-shallow-repository"])) === "true") {
    return `${name}: it is a shallow clone, without all of its history`;
  }
  const path = bundlePath(folder, name);
  await gitText(
    repository,
    ["bundle", "create", "--quiet", path, `--exclude=${STAGED_REFS}*`, "--all"],
    LONG,
  );
  await chmod(path, 0o600);
  await using file = await open(path, "r");
  await file.sync();
  const heads = refsIn(await gitText(repository, ["bundle", "list-heads", path], LONG));
  const refs = Object.entries(heads).filter(([ref]) => ref.startsWith("refs/"));
  return { name, refs: Object.fromEntries(refs) };
}

export function bundlePath(folder: string, name: StoredRepository["name"]): string {
  return join(folder, `${name}.bundle`);
}

/**
 * Takes a bundle apart into a repository of its own and looks at every object. `git bundle verify` reads its head only,
 * and finds a bundle sound that was cut off.
 *
 * @returns what is wrong with it; `undefined` when nothing is.
 */
export async function problemOfBundle(
  folder: string,
  stored: StoredRepository,
): Promise<string | undefined> {
  await using temporary = await temporaryFolder("backup");
  try {
    const gitDir = join(temporary.path, "mirror.git");
    const mirror = await unpackBundle(bundlePath(folder, stored.name), gitDir);
    await gitText(mirror, ["fsck", "--full", "--strict", "--no-progress", "--no-dangling"], LONG);
    const found = await refsOf(mirror);
    const other = [...new Set([...Object.keys(stored.refs), ...Object.keys(found)])].find(
      (ref) => stored.refs[ref] !== found[ref],
    );
    return other === undefined ? undefined : `${other} is ${found[other] ?? "missing"}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Makes a bare repository with all that a bundle has. @throws {OrgError} `PROCESS_FAILED` */
export async function unpackBundle(bundle: string, gitDir: string): Promise<Repository> {
  const repository = await createRepository({ gitDir, protocols: ["file"] });
  await gitText(repository, ["fetch", "--quiet", "--no-tags", bundle, "+refs/*:refs/*"], LONG);
  return repository;
}

function refsIn(text: string): Readonly<Record<string, string>> {
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [id = "", ref = ""] = line.split(" ");
      return [ref, id];
    }),
  );
}
