/** The user's own repository, which a room only reads. */
import { realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { OrgError } from "#core/errors.ts";
import { wroteTooMuch } from "#core/process-failure.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { loadText } from "#platform/files.ts";
import { looseHead } from "#platform/git/loose-refs.ts";
import { gitRaw } from "#platform/git/raw.ts";
import { locateCheckout, namesWorkTree, openWithSettings } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { type BytePath, displayPath, WHOLE_TREE } from "./byte-paths.ts";
import { pathOf } from "./git-file.ts";

/**
 * Opens the repository of a work tree for a room.
 *
 * @throws {OrgError} `PROCESS_FAILED` when there is none, `INPUT_INVALID` when it is in a state that a room cannot
 *   start from; the words say what to do.
 */
export async function openSource(root: string): Promise<Repository> {
  await refuseOtherFiles(root, join(root, ".git"));
  const { repository: source, settings } = await openWithSettings(await locateCheckout(root));
  await refuseOtherFiles(root, source.gitDir);
  for (const folder of await objectFolders(source)) await refuseOtherFiles(root, folder);
  const local = new Map(
    settings.flatMap(({ scope, key, value }) =>
      scope === "local" ? [[key, value?.trim() ?? ""] as const] : [],
    ),
  );
  if ((local.get("core.worktree") ?? "") !== "" && !(await namesWorkTree(source))) {
    throw unusable(root, {
      why: "Its configuration names another work tree (core.worktree).",
      remedy: `git -C ${shellWord(root)} config --unset core.worktree`,
    });
  }
  const isMain = source.gitDir === join(root, ".git");
  if (isMain && local.get("core.bare") === "true") {
    throw unusable(root, {
      why: "Its configuration calls it a bare repository (core.bare), which has no files.",
      remedy: "start org in one of its work trees (`git worktree list`)",
    });
  }
  return source;
}

/** What Git reads of a repository by itself, and of a folder of objects. */
const READ_BY_GIT: readonly string[] = [
  ...[
    "HEAD",
    "config",
    "config.worktree",
    "index",
    "packed-refs",
    "shallow",
    "commondir",
    "gitdir",
  ],
  ...["info/exclude", "info/attributes", "info/sparse-checkout", "info/grafts"],
  ...["objects/info/alternates", "objects/info/commit-graph", "objects/info/http-alternates"],
  ...["info/alternates", "info/commit-graph", "info/http-alternates"],
];

/** @throws {OrgError} `INPUT_INVALID` where a pipe, a socket or a device stands where Git reads a file. */
async function refuseOtherFiles(root: string, folder: string): Promise<void> {
  for (const name of READ_BY_GIT) {
    const path = join(folder, name);
    if (!(await isOther(path))) continue;
    throw unusable(root, {
      why: `"${path}" is not a file but a pipe, a socket or a device: Git would wait for it without end.`,
      remedy: `rm ${shellWord(path)}   # when you know where it comes from`,
    });
  }
}

/** Whether a path leads to what is neither a file nor a folder. */
async function isOther(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/**
 * @param unmerged paths, some several times.
 * @throws {OrgError} `INPUT_INVALID` while a merge or a rebase waits for the user to resolve conflicts.
 */
export function refuseConflicts(source: Repository, unmerged: readonly BytePath[]): void {
  if (unmerged.length === 0) return;
  const files = new Set(unmerged.map(displayPath));
  const [first = ""] = files;
  const count = files.size === 1 ? "1 file has" : `${files.size} files have`;
  const folder = source.workTree ?? source.gitDir;
  throw unusable(folder, {
    why: `A merge, rebase or cherry-pick is in progress: ${count} conflicts, such as "${first}".`,
    remedy: `git -C ${shellWord(folder)} status   # finish it or abort it, then start org again`,
  });
}

/**
 * Refuses a work tree with files of the home that Git does not ignore: models would see what was said in all rooms.
 *
 * @param worktree the work tree with its index and all that the user's Git ignores.
 * @param state absolute path of the folder in which the home keeps its files.
 * @throws {OrgError} `INPUT_INVALID`.
 */
export async function refuseOwnFiles(worktree: Repository, state: string): Promise<void> {
  const root = worktree.workTree ?? "/";
  const path = relative(root, await realpath(state));
  if (path === "" || path === ".." || path.startsWith("../")) return;
  const question = ["ls-files", "--others", "--directory", "--exclude-standard", "-z"];
  const { stdout } = await gitRaw(worktree, [...question, "--", path], WHOLE_TREE);
  if (stdout.length === 0) return;
  const rule = `/${path.replace(/[\\*?[\]]/g, "\\$&")}/`;
  throw unusable(root, {
    why: `It contains "${state}", where org stores all conversations, and Git does not ignore it.`,
    remedy: `echo ${shellWord(rule)} >> ${shellWord(join(root, ".gitignore"))}`,
  });
}

/** @param details what Git says of a tree that it cannot write. */
export function incomplete({ workTree = "/" }: Repository, details: string): OrgError {
  const [first = ""] = details.trim().split("\n");
  return unusable(workTree, {
    why: `Its repository lacks objects of its files, as a clone with --filter does: ${first}`,
    remedy: `git -C ${shellWord(workTree)} fetch --refetch --no-filter`,
  });
}

/** Of Git: the index is cut off, or was written by something else. */
const ABOUT_INDEX = /\bindex\b|cache entry|sha1/i;

/**
 * What reading the user's repository ended with, as what its user can do about it.
 *
 * @returns the error itself where it says so already.
 */
export function unreadable(
  { workTree = "/", gitDir }: Pick<Repository, "workTree" | "gitDir">,
  error: unknown,
): unknown {
  const isGit = error instanceof OrgError && error.code === "PROCESS_FAILED";
  if (wroteTooMuch(error)) {
    return unusable(workTree, {
      why: `It is larger than a room takes: ${error.message}.`,
      remedy: `git -C ${shellWord(workTree)} ls-files | wc -l   # counts its files`,
      cause: error,
    });
  }
  const isFile = error instanceof Error && "syscall" in error;
  if (!(isGit || isFile)) return error;
  const why = (isGit ? error.why : undefined) ?? error.message;
  const index = shellWord(join(gitDir, "index"));
  const again = `mv ${index} ${index}.bad && git -C ${shellWord(workTree)} reset   # makes the index anew; files stay`;
  const rights = `ls -la ${shellWord(gitDir)}   # what you may not read: chmod u+r`;
  const status = `git -C ${shellWord(workTree)} status   # fails likewise until that is mended`;
  const isRights = /permission denied|EACCES/i.test(why);
  const remedy = [
    status,
    ...(isRights
      ? [rights]
      : ABOUT_INDEX.test(why)
        ? [again]
        : [`git -C ${shellWord(workTree)} fsck`]),
  ];
  return unusable(workTree, { why: `Git cannot read it: ${why.trim()}`, remedy, cause: error });
}

/** The commit that is checked out; `undefined` before the first one. */
export async function headOf(source: Repository): Promise<string | undefined> {
  const loose = looseHead(source);
  if (loose !== undefined) return loose;
  const args = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
  const { exitCode, stdout } = await gitRaw(source, args, { exitCodes: [0, 1, 128] });
  return exitCode === 0 ? new TextDecoder().decode(stdout).trim() : undefined;
}

/** Most folders of objects of one repository, its own among them. */
const MAX_ALTERNATES = 32;

/**
 * Every folder of objects that the repository reads: its own, and those that it borrows from in turn.
 *
 * @throws {OrgError} `INPUT_INVALID` when there are more than 32: without some of them files would be missing.
 */
export async function objectFolders(source: Repository): Promise<readonly string[]> {
  const folders = new Set([await pathOf(source, "objects")]);
  for (const folder of folders) {
    for (const other of await borrowedBy(folder)) {
      folders.add(other);
      if (folders.size > MAX_ALTERNATES) throw borrowsFromMany(source);
    }
  }
  return [...folders];
}

function borrowsFromMany({ workTree, gitDir }: Repository): OrgError {
  const root = workTree ?? gitDir;
  return unusable(root, {
    why: `It borrows objects from more than ${MAX_ALTERNATES - 1} other repositories (objects/info/alternates).`,
    remedy: `git -C ${shellWord(root)} repack -a -d   # brings the objects here; then remove that file`,
  });
}

async function borrowedBy(folder: string): Promise<readonly string[]> {
  const path = join(folder, "info", "alternates");
  // A pipe would be waited for without end; it is refused elsewhere.
  if (await isOther(path)) return [];
  const text = await loadText(path).catch(() => "");
  return (
    text
      .split("\n")
      // A line in quotes has escapes in it, which only a path with a line break needs.
      .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith('"'))
      .map((line) => (isAbsolute(line) ? line : resolve(folder, line)))
  );
}

/** Whether the repository counts the executable bit. */
export async function countsModes(source: Repository): Promise<boolean> {
  return (await setting(source, ["--local", "--type=bool", "--get", "core.fileMode"])) !== "false";
}

async function setting(source: Repository, question: readonly string[]): Promise<string> {
  const { stdout } = await gitRaw(source, ["config", ...question], { exitCodes: [0, 1, 5, 128] });
  return new TextDecoder().decode(stdout).trim();
}

function unusable(
  folder: string,
  {
    why,
    remedy,
    cause,
  }: {
    readonly why: string;
    readonly remedy: string | readonly string[];
    readonly cause?: unknown;
  },
): OrgError {
  return new OrgError(`A room cannot work on "${folder}" now`, {
    code: "INPUT_INVALID",
    why,
    remedies: [remedy, "org --no-project"].flat(),
    unchanged: "Nothing was changed.",
    cause,
  });
}
