/** Which repository Git works on. It is always named, never looked for. */

import { lstat, readlink, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { OrgError } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { loadText } from "../files.ts";
import { gitRaw, gitText } from "./raw.ts";
import type { Repository, RepositoryLocation } from "./wrapper.ts";

/** One line of a configuration. */
export interface Setting {
  readonly scope: string;
  /** Its first and last part are in small letters. */
  readonly key: string;
  /** Absent: the line has the key alone, which switches it on. */
  readonly value: string | undefined;
}

export interface OpenedRepository {
  readonly repository: Repository;
  /** All of its configuration, with what that includes; of several for one key the last counts. */
  readonly settings: readonly Setting[];
}

/**
 * Opens a repository: looks up which programs its own configuration names, so that they are never run.
 *
 * @throws {OrgError} `PROCESS_FAILED` when there is no repository at `gitDir`.
 */
export async function openRepository(location: RepositoryLocation): Promise<Repository> {
  return (await openWithSettings(location)).repository;
}

/** As {@link openRepository}, for a caller that needs other settings of it, too. */
export async function openWithSettings(location: RepositoryLocation): Promise<OpenedRepository> {
  const bare = { ...location, muted: [] };
  const question = ["config", "--list", "--show-scope", "--includes", "-z"];
  const settings = settingsIn((await gitText(bare, question)).split("\0"));
  const isRepository = settings.some(({ scope }) => scope === "local");
  // `config` is content with no repository at all, and what it read of one is enough.
  if (!isRepository) await gitText(bare, ["rev-parse", "--git-dir"]);
  const keys = [...new Set(settings.map(({ key }) => key))];
  if (location.workTree === undefined && keys.includes("core.worktree")) {
    // No argument of Git outweighs it, and files would be read that were not meant.
    const why = "Its configuration names a work tree (core.worktree).";
    throw notUsable(`"${location.gitDir}" is not a repository without a work tree`, why);
  }
  return { repository: { ...location, muted: keys.filter(namesProgram) }, settings };
}

/** @param fields of `--show-scope -z`: a scope, then a key and its value. */
function settingsIn(fields: readonly string[]): readonly Setting[] {
  const settings: Setting[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [key = "", ...value] = (fields[at + 1] ?? "").split("\n");
    const scope = fields[at] ?? "";
    settings.push({ scope, key, value: value.length === 0 ? undefined : value.join("\n") });
  }
  return settings;
}

/** Whether Git reads a setting as "no". */
export function isSwitchedOff({ value }: Pick<Setting, "value">): boolean {
  return value !== undefined && /^(?:false|no|off|0*)$/i.test(value);
}

/** Opens the repository of a folder that a person named, such as the home; see {@link locateCheckout}. */
export async function openCheckout(folder: string): Promise<Repository> {
  return await openRepository(await locateCheckout(folder));
}

/** Makes an empty repository without a work tree, and opens it. `gitDir` may exist when it is empty. */
export async function createRepository(location: RepositoryLocation): Promise<Repository> {
  const created = { ...location, muted: [] };
  await gitText(created, ["init", "--quiet"]);
  return created;
}

/**
 * Where the repository of a checkout lies: its folder `.git`, or, in a linked work tree, where the file `.git`
 * leads to. The way there counts only when the repository names this folder in turn, as for a linked work tree and for
 * a submodule, because a file is quickly planted.
 *
 * @throws {OrgError} `PROCESS_FAILED` when `folder` is not the top of a checkout.
 */
export async function locateCheckout(folder: string): Promise<RepositoryLocation> {
  const workTree = await realpath(folder).catch(() => resolve(folder));
  const link = join(workTree, ".git");
  const entry = await lstat(link).catch(() => undefined);
  if (entry?.isDirectory()) return { gitDir: link, workTree };
  if (entry?.isSymbolicLink()) throw leadsAway(workTree, await readlink(link));
  if (!entry?.isFile()) throw notACheckout(workTree, "It has no .git.");
  const named = /^gitdir: (.+)\n?$/.exec(await loadText(link))?.[1];
  if (named === undefined) throw notACheckout(workTree, "Its file .git names no repository.");
  const gitDir = resolve(workTree, named);
  if (await knows(gitDir, workTree)) return { gitDir, workTree };
  throw notUsable(
    `"${workTree}" is not a work tree that its repository knows`,
    `Its file .git leads to "${gitDir}", which does not know it.`,
    [
      `git --git-dir=${shellWord(gitDir)} config core.worktree ${shellWord(workTree)}   # if both are yours, as after init --separate-git-dir`,
    ],
  );
}

/** A linked work tree is named in a file `gitdir`, that of a submodule in the configuration. */
async function knows(gitDir: string, workTree: string): Promise<boolean> {
  const back = (await loadText(join(gitDir, "gitdir")).catch(() => "")).trim();
  const isReal = async (path: string) => (await realpath(path).catch(() => "")) === workTree;
  if (isAbsolute(back) && (await isReal(dirname(back)))) return true;
  return await namesWorkTree({ gitDir, workTree, muted: [] });
}

/** Whether the configuration of a repository names its work tree (`core.worktree`). */
export async function namesWorkTree(repository: Repository): Promise<boolean> {
  const args = ["config", "--local", "--get", "core.worktree"];
  const { stdout } = await gitRaw(repository, args, { exitCodes: [0, 1, 5, 128] });
  const named = new TextDecoder().decode(stdout).replace(/\n$/, "");
  const path = await realpath(resolve(repository.gitDir, named)).catch(() => "");
  return named !== "" && path === repository.workTree;
}

// Filters run on reading and writing files, drivers on merging, trailers on committing.
const PROGRAM_KEYS: readonly RegExp[] = [
  /^filter\..*\.(clean|smudge|process|required)$/s,
  /^merge\..*\.driver$/s,
  /^trailer\..*\.(command|cmd)$/s,
];

function namesProgram(key: string): boolean {
  return PROGRAM_KEYS.some((pattern) => pattern.test(key));
}

/** A link says nothing about whether the repository behind it is meant. */
function leadsAway(workTree: string, target: string): OrgError {
  const gitDir = resolve(workTree, target);
  const [git, file] = [shellWord(gitDir), shellWord(join(workTree, ".git"))];
  return notUsable(
    `The .git of "${workTree}" is a symbolic link`,
    `It leads to "${gitDir}", which need not know this folder.`,
    [
      `git --git-dir=${git} config core.worktree ${shellWord(workTree)} && rm ${file} && echo gitdir: ${git} > ${file}   # if both are yours`,
    ],
  );
}

function notACheckout(folder: string, why: string): OrgError {
  return notUsable(`"${folder}" is not a git repository`, why, [
    `git -C ${shellWord(folder)} init   # where it is to become one: candidates need a home that is`,
  ]);
}

function notUsable(what: string, why: string, more: readonly string[] = []): OrgError {
  return new OrgError(what, {
    code: "PROCESS_FAILED",
    why,
    remedies: ["name the top folder of a checkout, or a repository that org made", ...more],
    unchanged: "Nothing was changed.",
  });
}
