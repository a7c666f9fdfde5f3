/** Files that a filter of the user's repository writes and reads: Git LFS, git-crypt. org runs no filter. */
import { quoted } from "#fitness/project/finding.ts";
import { gitText } from "#platform/git/raw.ts";
import { WHOLE_TREE } from "./byte-paths.ts";
import { refusal, shownPaths, type UserCheckout } from "./user-checkout.ts";

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
  const stdin = paths.map((path) => `${path}\0`).join("");
  const args = ["check-attr", "-z", "--stdin", "filter"];
  const fields = (await gitText(repository, args, { ...WHOLE_TREE, stdin })).split("\0");
  const filtered: string[] = [];
  const filters = new Set<string>();
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = "", , filter = ""] = fields.slice(at, at + 3);
    if (NO_FILTER.has(filter)) continue;
    filtered.push(path);
    filters.add(quoted(filter));
  }
  if (filtered.length === 0) return;
  const names = `${filters.size === 1 ? "the filter" : "the filters"} ${[...filters].join(", ")}`;
  throw refusal("The change is in files that a filter of your repository handles", {
    code: "PATH_REFUSED",
    why: `${shownPaths(filtered)}: .gitattributes names ${names}. org runs no filter, so what it would commit is not what yours makes.`,
    remedies: [
      "make that part in your own files (/diff FILE shows it), then git add and git commit, which run the filter",
      "have those files put back as they were, or /undo, then promote the rest",
    ],
  });
}

/** What Git says where no driver is named. */
const NO_FILTER = new Set(["unspecified", "unset", "set", ""]);
