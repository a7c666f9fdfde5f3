/**
 * The only way in which org starts Git: nothing that lies in a repository, in a work tree or in the environment decides
 * which program runs or which file is read.
 */
import { dirname } from "node:path";
import type { Repository } from "./wrapper.ts";

/** A program as it is started: its arguments, and all the variables that it gets. */
export interface HardenedGit {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Arguments of Git, beginning with a command. */
export type GitArguments = readonly string[];

/** Each runs a program, or reads or writes a file outside of the repository. */
const REFUSED =
  /^--(?:(?:upload-pack|receive-pack).*|ext-diff|textconv|show-signature|unsafe-paths|no-index|(?:exec|output|contents|template)(?:=.*)?)$/s;

// As an argument: a setting would lose against "ignore = none" in a .gitmodules of the work tree, and Git looks into a
// submodule with the programs that the submodule's own configuration names.
const DIFF = ["--no-ext-diff", "--no-textconv", "--ignore-submodules=all"];

/** Commands that are given more arguments. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  ...{
    diff: DIFF,
    "diff-files": DIFF,
    "diff-index": DIFF,
    "diff-tree": DIFF,
    log: DIFF,
    show: DIFF,
  },
  status: ["--ignore-submodules=all"],
  blame: ["--no-textconv"],
  // As an argument: of several settings for one remote, Git takes the first.
  fetch: ["--upload-pack=git-upload-pack", "--no-recurse-submodules"],
  push: ["--receive-pack=git-receive-pack", "--no-recurse-submodules", "--no-verify"],
  // Templates bring hooks.
  init: ["--template="],
};

/** Commands that have no argument that keeps them out of submodules. */
const MAY_MEET_SUBMODULES = new Set([
  ...["add", "apply", "checkout", "cherry-pick", "commit", "merge", "mv", "read-tree", "reset"],
  ...["restore", "revert", "rm", "switch"],
]);

const OTHERS = new Set([
  ...[
    "branch",
    "bundle",
    "cat-file",
    "check-attr",
    "check-ref-format",
    "checkout-index",
    "commit-tree",
    "config",
  ],
  ...["count-objects", "fast-import", "for-each-ref", "fsck", "gc", "hash-object", "index-pack"],
  ...["ls-files", "ls-tree", "merge-base", "merge-tree", "mktag", "mktree", "pack-objects"],
  ...["pack-refs", "prune", "rev-list", "rev-parse", "show-ref", "symbolic-ref", "tag"],
  ...["unpack-objects", "update-index", "update-ref", "verify-commit", "verify-pack", "verify-tag"],
  ...["version", "worktree", "write-tree"],
]);

/** @returns why Git is not run with these arguments; `undefined` where it is. */
export function refusal([command = "", ...rest]: GitArguments): string | undefined {
  const end = rest.indexOf("--");
  const bad = (end < 0 ? rest : rest.slice(0, end)).find((argument) => REFUSED.test(argument));
  if (bad !== undefined) return `fatal: org does not run "git ${command}" with ${bad}\n`;
  // What is not named may be an alias, or runs editors and helpers by design.
  const isKnown =
    OTHERS.has(command) || MAY_MEET_SUBMODULES.has(command) || Object.hasOwn(MORE, command);
  return isKnown ? undefined : `fatal: org does not run "git ${command}"\n`;
}

/** Whether the command could enter a submodule, and must not run in a repository that has one. */
export function mayMeetSubmodules([command = ""]: GitArguments): boolean {
  return MAY_MEET_SUBMODULES.has(command);
}

/**
 * @param args that {@link refusal} lets pass.
 * @param program absolute path of Git.
 */
export function hardenedGit(
  repository: Repository,
  [command = "", ...rest]: GitArguments,
  program: string,
): HardenedGit {
  const settings = settingsOf(repository).flatMap((setting) => ["-c", setting]);
  const more = Object.hasOwn(MORE, command) ? (MORE[command] ?? []) : [];
  return {
    command: [program, "--no-pager", ...settings, command, ...more, ...rest],
    environment: {
      PATH: `${dirname(program)}:/usr/local/bin:/usr/bin:/bin`,
      LC_ALL: "C",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_ATTR_NOSYSTEM: "1",
      GIT_NO_REPLACE_OBJECTS: "1",
      GIT_GRAFT_FILE: "/dev/null",
      GIT_NO_LAZY_FETCH: "1",
      GIT_LITERAL_PATHSPECS: "1",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_TERMINAL_PROMPT: "0",
      GIT_PROXY_COMMAND: "false",
      GIT_EDITOR: "false",
      GIT_SEQUENCE_EDITOR: "false",
      GIT_TEST_DISALLOW_ABBREVIATED_OPTIONS: "true",
      ...locationVariables(repository),
      ...mutedBy(repository.muted),
      ...identityOf(repository),
    },
  };
}

/** For a remote that a person has named: with the keys of the user, and no question to anyone. */
const SSH = "ssh -oBatchMode=yes -oConnectTimeout=10";

/** Settings that hold for every command, as `name=value`. */
export function settingsOf({ workTree, links, protocols }: Repository): readonly string[] {
  return [
    "core.abbrev=40",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    `core.symlinks=${links === true}`,
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.protectHFS=true",
    "core.protectNTFS=true",
    "core.alternateRefsCommand=true",
    `core.sshCommand=${protocols?.includes("ssh") === true ? SSH : "false"}`,
    "core.askPass=false",
    "protocol.allow=never",
    "transfer.fsckObjects=true",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "diff.ignoreSubmodules=all",
    "color.ui=false",
    "log.mailmap=false",
    "log.showSignature=false",
    "gpg.program=gpg",
    "gpg.openpgp.program=gpg",
    "gpg.x509.program=gpgsm",
    "gpg.ssh.program=ssh-keygen",
    "gpg.ssh.defaultKeyCommand=",
    "user.useConfigOnly=true",
    "gc.auto=0",
    "maintenance.auto=false",
    "init.defaultBranch=main",
    "advice.graftFileDeprecated=false",
    `core.bare=${workTree === undefined}`,
  ];
}

function locationVariables(repository: Repository): Record<string, string> {
  const { gitDir, workTree, index, objects, protocols = [] } = repository;
  return {
    // Never looked for, because a planted file named .git leads anywhere.
    GIT_DIR: gitDir,
    ...(workTree === undefined ? { GIT_IMPLICIT_WORK_TREE: "0" } : { GIT_WORK_TREE: workTree }),
    ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    ...(objects === undefined
      ? {}
      : {
          GIT_OBJECT_DIRECTORY: objects.folder,
          GIT_ALTERNATE_OBJECT_DIRECTORIES: quotedPath(objects.behind),
        }),
    GIT_ALLOW_PROTOCOL: protocols.join(":"),
  };
}

/** A colon ends a path in such a list, but not in quotes. */
function quotedPath(path: string): string {
  return `"${path.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}

/** The names of drivers are free, so they cannot be among the settings above. */
function mutedBy(keys: readonly string[]): Record<string, string> {
  const muted: Record<string, string> = { GIT_CONFIG_COUNT: String(keys.length) };
  for (const [index, key] of keys.entries()) {
    muted[`GIT_CONFIG_KEY_${index}`] = key;
    // A filter that may be left out; a merge driver that always leaves a conflict.
    muted[`GIT_CONFIG_VALUE_${index}`] = /\.(?:required|driver)$/.test(key) ? "false" : "";
  }
  return muted;
}

function identityOf({ identity }: Repository): Record<string, string> {
  // Without a name it is what the repository says.
  if (identity === undefined || identity.name === "") return {};
  const { name, email } = identity;
  return {
    ...{ GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email },
    ...{ GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email },
  };
}
