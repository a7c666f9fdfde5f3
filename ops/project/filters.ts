/** Files that a filter of the user's repository writes and reads: Git LFS, git-crypt. org runs no filter. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { quoted } from "#fitness/project/finding.ts";
import { humanSetting } from "#platform/git/human-identity.ts";
import { gitText } from "#platform/git/raw.ts";
import { createRepository } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { WHOLE_TREE } from "./byte-paths.ts";
import { pathList, refusal, type UserCheckout } from "./user-checkout.ts";
import { textOf } from "./user-settings.ts";

/**
 * What org commits of such a file would go past the filter: large contents into the repository, secrets unencrypted.
 *
 * @param paths of files that would be committed or written, as Git names them.
 * @throws {OrgError} `PATH_REFUSED` where one of them has a filter; it names the filters.
 */
export async function refuseFiltered(
  { repository }: Pick<UserCheckout, "repository">,
  paths: readonly string[],
): Promise<void> {
  if (paths.length === 0) return;
  const own = await filtersOf(repository, paths);
  const open = paths.filter((path) => own.get(path) === UNSPECIFIED);
  const named = new Map([...own, ...(await everywhere(repository, open))]);
  const found = [...named].filter(([, filter]) => !NO_FILTER.has(filter));
  const filtered = found.map(([path]) => path);
  const filters = new Set(found.map(([, filter]) => quoted(filter)));
  if (filtered.length === 0) return;
  const names = `${filters.size === 1 ? "the filter" : "the filters"} ${[...filters].join(", ")}`;
  throw refusal("The change is in files that a filter of your repository handles", {
    code: "PATH_REFUSED",
    why: `${pathList(filtered)}: your attributes name ${names}. org runs no filter, so it would commit other content than your Git.`,
    remedies: [
      "make that part in your own files (/diff FILE shows it), then git add and git commit, which run the filter",
      "have those files put back as they were, or /undo, then promote the rest",
    ],
  });
}

const UNSPECIFIED = "unspecified";
/** What Git says where no driver is named. */
const NO_FILTER = new Set([UNSPECIFIED, "unset", "set", ""]);

/** What the attributes of a repository say, by path. */
async function filtersOf(
  repository: Repository,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const stdin = paths.map((path) => `${path}\0`).join("");
  const args = ["check-attr", "-z", "--stdin", "filter"];
  const fields = (await gitText(repository, args, { ...WHOLE_TREE, stdin })).split("\0");
  const filters = new Map<string, string>();
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = "", , filter = ""] = fields.slice(at, at + 3);
    filters.set(path, filter);
  }
  return filters;
}

/** What the user says for all of their repositories, which counts where one says nothing itself. */
async function everywhere(
  { workTree }: Repository,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const folder = workTree ?? "/";
  const question = ["--type=path", "--default", "~/.config/git/attributes", "core.attributesFile"];
  const file = await humanSetting(question, { folder, signal: new AbortController().signal });
  const text = textOf(resolve(folder, file));
  if (paths.length === 0 || text.trim() === "") return new Map();
  // Git is given it as the attributes of an empty repository: ours takes no file from outside.
  await using empty = await temporaryFolder("attributes");
  const repository = await createRepository({ gitDir: empty.path });
  await mkdir(join(empty.path, "info"), { recursive: true });
  await writeFile(join(empty.path, "info", "attributes"), text);
  return await filtersOf(repository, paths);
}
