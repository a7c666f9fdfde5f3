/** Makes candidates: a branch with one commit on top of main, and a work tree of its own; never the human's. */
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { gitText } from "#platform/git/raw.ts";
import { locateCheckout, openCheckout, openRepository } from "#platform/git/repository.ts";
import type { Identity, Repository } from "#platform/git/wrapper.ts";
import { freeTimeName } from "./time-names.ts";
import { mainOf } from "./transaction.ts";
import { treeWithFiles, treeWithoutFolder, writeBlob } from "./tree-with-files.ts";

/** Who commits what a model made; a human's own commits keep their name. */
const FORGE_IDENTITY: Identity = { name: "org forge", email: "forge@org.invalid" };

export interface Candidate {
  /** Without `refs/heads/`: `cand/20261121T083000Z`. */
  readonly branch: string;
  readonly commit: string;
  /** Absolute path of its work tree. */
  readonly folder: string;
}

export interface CandidateParts {
  /** Its commit's message: one line, or more below it. */
  readonly title: string;
  /** Milliseconds since the epoch; names the branch. */
  readonly nowMs: number;
}

/** @param files texts by path from the top of the repository. */
export async function candidateOfFiles(
  orgHome: string,
  files: ReadonlyMap<string, string>,
  parts: CandidateParts,
): Promise<Candidate> {
  return await candidateOfTree(orgHome, parts, async (home, main) => {
    const blobs = new Map<string, string>();
    for (const [path, text] of files) blobs.set(path, await writeBlob(home, text));
    return await treeWithFiles(home, main, blobs);
  });
}

/** @param folder that main has and the candidate has not, from the top of the repository. */
export async function candidateWithout(
  orgHome: string,
  folder: string,
  parts: CandidateParts,
): Promise<Candidate> {
  return await candidateOfTree(orgHome, parts, (home, main) =>
    treeWithoutFolder(home, main, folder),
  );
}

/** @param treeOf gives the id of the candidate's tree, from the repository and the tree of main. */
async function candidateOfTree(
  orgHome: string,
  { title, nowMs }: CandidateParts,
  treeOf: (home: Repository, main: string) => Promise<string>,
): Promise<Candidate> {
  const home = await openHomeRepository(orgHome);
  const main = await mainOf(home);
  const tree = await treeOf(home, `${main}^{tree}`);
  const commit = await gitText(home, ["commit-tree", "-p", main, tree], { stdin: `${title}\n` });
  return await branchAt(orgHome, home, { commit, nowMs });
}

/** @throws {OrgError} `INPUT_INVALID` when the patch does not apply to main; there is no candidate then. */
export async function candidateOfPatch(
  orgHome: string,
  patch: string,
  { title, nowMs }: CandidateParts,
): Promise<Candidate> {
  const home = await openHomeRepository(orgHome);
  const main = await mainOf(home);
  const branch = await freeBranch(home, nowMs);
  await gitText(home, ["update-ref", `refs/heads/${branch}`, main, ""]);
  const candidate = await withWorkTree(orgHome, home, { branch, commit: main });
  const { gitDir, workTree } = await locateCheckout(candidate.folder);
  const own = await openRepository({ gitDir, workTree, identity: FORGE_IDENTITY });
  try {
    await gitText(own, ["apply", "--index", "--whitespace=nowarn"], { stdin: patch });
    await gitText(own, ["commit", "--quiet", "--no-verify", "-F", "-"], { stdin: `${title}\n` });
  } catch (cause) {
    await removeCandidate(orgHome, branch);
    throw notApplied(cause);
  }
  return { ...candidate, commit: await gitText(own, ["rev-parse", "--verify", "HEAD"]) };
}

/** A new branch at a commit, for a person who goes on by hand. */
export async function candidateOfCommit(
  orgHome: string,
  commit: string,
  nowMs: number,
): Promise<Candidate> {
  return await branchAt(orgHome, await openHomeRepository(orgHome), { commit, nowMs });
}

async function branchAt(
  orgHome: string,
  home: Repository,
  { commit, nowMs }: { readonly commit: string; readonly nowMs: number },
): Promise<Candidate> {
  const branch = await freeBranch(home, nowMs);
  await gitText(home, ["update-ref", `refs/heads/${branch}`, commit, ""]);
  return await withWorkTree(orgHome, home, { branch, commit });
}

/** A branch that is there already, in a work tree of its own. */
export async function candidateOfBranch(orgHome: string, branch: string): Promise<Candidate> {
  const home = await openHomeRepository(orgHome);
  const commit = await gitText(home, ["rev-parse", "--verify", `refs/heads/${branch}^{commit}`]);
  return await withWorkTree(orgHome, home, { branch, commit });
}

/** Removes branch and work tree; the gate keeps what it has judged. */
export async function removeCandidate(orgHome: string, branch: string): Promise<void> {
  const home = await openHomeRepository(orgHome);
  const folder = workTreeOf(orgHome, branch);
  await rm(folder, { recursive: true, force: true });
  await gitText(home, ["worktree", "prune", "--expire=now"]);
  await gitText(home, ["update-ref", "-d", `refs/heads/${branch}`]);
}

/** The branches of all candidates, newest first. */
export async function candidateBranches(orgHome: string): Promise<readonly string[]> {
  const home = await openCheckout(orgHome);
  const options = ["--sort=-refname", "--format=%(refname:lstrip=2)", "refs/heads/cand/"];
  const listing = await gitText(home, ["for-each-ref", ...options]);
  return listing.split("\n").filter((name) => name !== "");
}

async function withWorkTree(
  orgHome: string,
  home: Repository,
  { branch, commit }: Pick<Candidate, "branch" | "commit">,
): Promise<Candidate> {
  const folder = workTreeOf(orgHome, branch);
  if (!existsSync(folder)) {
    await mkdir(join(orgHome, ".org", "worktrees"), { recursive: true, mode: 0o700 });
    await gitText(home, ["worktree", "add", "--quiet", "--force", folder, branch]);
  }
  return { branch, commit, folder };
}

function workTreeOf(orgHome: string, branch: string): string {
  return join(orgHome, ".org", "worktrees", branch.replaceAll("/", "-"));
}

async function freeBranch(home: Repository, nowMs: number): Promise<string> {
  const branches = await gitText(home, ["for-each-ref", "--format=%(refname)", "refs/heads/cand/"]);
  const refs = new Set(branches.split("\n"));
  return `cand/${await freeTimeName(nowMs, (name) => !refs.has(`refs/heads/cand/${name}`))}`;
}

async function openHomeRepository(orgHome: string): Promise<Repository> {
  return await openRepository({ ...(await locateCheckout(orgHome)), identity: FORGE_IDENTITY });
}

function notApplied(cause: unknown): OrgError {
  const why = cause instanceof OrgError ? cause.why : undefined;
  return new OrgError("The patch does not apply to main", {
    code: "INPUT_INVALID",
    ...(why === undefined ? {} : { why: why.split("\n")[0] ?? "" }),
    remedies: ["git apply --check FILE, on a checkout of main, shows where"],
    unchanged: "No candidate was made.",
    cause,
  });
}
