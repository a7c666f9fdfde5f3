/**
 * The user's hooks look at a change as they would in their repository, but in the sandbox: most start programs and tests of
 * the tree, which a model wrote. They see a repository of ours, with the change staged on one commit and nothing else.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { shellQuoted } from "#core/text/shell-word.ts";
import { treeOfCommit } from "#platform/git/commit-tree.ts";
import { copyTrees } from "#platform/git/copy-trees.ts";
import { gitText } from "#platform/git/raw.ts";
import type { Identity, Repository } from "#platform/git/wrapper.ts";
import { WORKSPACE } from "#platform/sandbox/working-copy.ts";
import { type ProjectFinding, quoted } from "./finding.ts";
import { CheckedTree, type CheckOptions, type CheckRun, passed } from "./run-checks.ts";

export interface UserHooks {
  /** Absolute path of the folder that holds them, without a link in it. */
  readonly folder: string;
  /** The folder's path below the top of the work tree, where it lies there and not in `.git`. */
  readonly inTree: string | undefined;
  /** In the order in which they run. */
  readonly names: readonly ("pre-commit" | "pre-merge-commit" | "commit-msg")[];
  /** Those of them that are files of the work tree, by their paths below it. */
  readonly files: readonly string[];
  /** Full name of the branch that is checked out. */
  readonly branch: string;
}

export interface ToHook extends CheckOptions {
  readonly repository: Repository;
  /** Ids of commits or trees: what is committed, and what is staged. */
  readonly base: string;
  readonly candidate: string;
  readonly hooks: UserHooks;
  /** What the commit says. */
  readonly message: string;
  /** Whose commit it is. */
  readonly identity: Identity;
}

/** Longest that one may run, in milliseconds. */
const LONGEST_MS = 600_000;
/** As much of the end of what one prints as a sentence holds, in characters. */
const TAIL_CHARACTERS = 190;

/**
 * Runs each until one refuses. What they write is gone with the run.
 *
 * @returns `refused` for the one that ended with another exit code than 0, and a note for each that passed.
 * @throws {OrgError} `SANDBOX_UNAVAILABLE`, `PROCESS_FAILED` when Git fails.
 * @throws the reason of the signal once it aborts.
 */
export async function runHooks(change: ToHook): Promise<readonly ProjectFinding[]> {
  const { repository, candidate: tree, hooks, note } = change;
  const hooksPath = hooks.inTree ?? ".git/hooks";
  const mount = { from: hooks.folder, to: `${WORKSPACE}/${hooksPath}`, layered: true };
  const prepare = async (folder: string) => {
    await makeRepository(change, join(folder, ".git"));
    await mkdir(join(folder, hooksPath), { recursive: true });
  };
  await using checked = new CheckedTree({ repository, tree, prepare, readOnly: [mount] }, change);
  const findings: ProjectFinding[] = [];
  for (const name of hooks.names) {
    note(`Your hook ${name}`);
    const args = [`./${hooksPath}/${name}`, ...(name === "commit-msg" ? [MESSAGE] : [])];
    const run = await checked.run(`${ENVIRONMENT} ${args.map(shellQuoted).join(" ")}`, LONGEST_MS);
    findings.push(findingOf(name, run));
    if (!passed(run)) break;
  }
  return findings;
}

const MESSAGE = ".git/COMMIT_EDITMSG";
/** As Git has it for a hook. Files in the sandbox may belong to another user of it than programs run as. */
const ENVIRONMENT =
  "GIT_EDITOR=: GIT_INDEX_FILE=.git/index GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'";

async function makeRepository(change: ToHook, gitDir: string): Promise<void> {
  const { repository, base, candidate, hooks, message, identity, signal } = change;
  const own: Repository = { gitDir, muted: [], identity };
  const format = await gitText(repository, ["rev-parse", "--show-object-format"], { signal });
  await gitText(own, ["init", "--quiet", `--object-format=${format}`], { signal });
  const trees = [base, candidate].map((id) => `${id}^{tree}`);
  await copyTrees({ from: repository, to: own }, trees, signal);
  const tree = await treeOfCommit(repository, base, signal);
  const commit = await gitText(own, ["commit-tree", "-m", "What is committed", tree], { signal });
  await gitText(own, ["update-ref", hooks.branch, commit], { signal });
  await gitText(own, ["symbolic-ref", "HEAD", hooks.branch], { signal });
  const staged = await treeOfCommit(repository, candidate);
  await gitText({ ...own, index: join(gitDir, "index") }, ["read-tree", staged], { signal });
  for (const [key, value] of Object.entries({ ...identity, bare: "" })) {
    const setting = key === "bare" ? ["core.bare", "false"] : [`user.${key}`, value];
    await gitText(own, ["config", ...setting], { signal });
  }
  await writeFile(join(gitDir, "COMMIT_EDITMSG"), message);
}

function findingOf(name: UserHooks["names"][number], run: CheckRun): ProjectFinding {
  const seconds = `${(run.ms / 1000).toFixed(1)} s`;
  if (passed(run)) {
    return { stage: "hooks", severity: "note", text: `Your hook ${name} passes (${seconds}).` };
  }
  const end = run.stopped === null ? `exit ${run.exit}` : `stopped (${run.stopped})`;
  const output = run.tail.slice(-TAIL_CHARACTERS).toWellFormed().trim();
  const printed = output === "" ? "" : `: ${quoted(output)}`;
  const title = name === "commit-msg" ? '; --title "TEXT" gives the commit another message' : "";
  const text = `Your hook ${name} refuses it, ${end} after ${seconds}${printed}${title}. Without hooks: org project checks --hooks off.`;
  return { stage: "hooks", severity: "refused", text };
}
