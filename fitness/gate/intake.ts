/** Stage S0: where a candidate comes from, and what its history brings along. */

import { readBlobs } from "#platform/git/blobs.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { Objection } from "../stages.ts";
import { ASSIGNED, secretsIn } from "../static/text/secrets.ts";
import { commitProblems } from "./commit-text.ts";

/** Most commits of one candidate. */
const MAX_COMMITS = 200;
/** Most bytes of one new file, in any commit. */
const MAX_BLOB_BYTES = 256 * 1024;
/** Most bytes that a candidate adds to the repository. */
const MAX_NEW_BYTES = 8 * 1024 * 1024;

export interface Lineage {
  readonly main: string;
  readonly candidate: string;
}

export interface History {
  /** Ids of the commits that are new. */
  readonly commits: readonly string[];
  /** Every path that any of them changed, as Git names it; a merge counts where it differs from all parents. */
  readonly touched: ReadonlySet<string>;
}

/** @returns the history, or why it is refused. */
export async function readHistory(
  gate: Repository,
  lineage: Lineage,
): Promise<History | Objection> {
  const objection = await lineageProblem(gate, lineage);
  if (objection !== undefined) return objection;
  const commits = await lines(gate, ["rev-list", ...rangeOf(lineage)]);
  if (commits.length > MAX_COMMITS) {
    return one(`it brings ${commits.length} commits; ${MAX_COMMITS} are the most`);
  }
  const texts = await Promise.all(commits.map((id) => gitText(gate, ["cat-file", "commit", id])));
  const wrong = texts.flatMap((text, index) =>
    commitProblems(text).map((problem) => `commit ${commits[index]?.slice(0, 12)}: ${problem}`),
  );
  if (wrong[0] !== undefined) return { reason: wrong[0], details: wrong };
  const blobs = await blobProblem(gate, lineage);
  if (blobs !== undefined) return blobs;
  return { commits, touched: await touchedPaths(gate, commits) };
}

async function lineageProblem(
  gate: Repository,
  { main, candidate }: Lineage,
): Promise<Objection | undefined> {
  if (main === candidate) return one("it is main itself: there is nothing to judge");
  if (await isAncestor(gate, candidate, main)) {
    return one("main has taken this commit already; Git would merge nothing of it again");
  }
  const bases = await lines(gate, ["merge-base", "--all", main, candidate]);
  const [base] = bases;
  if (base === undefined) return one("it has no commit in common with main");
  if (bases.length > 1) return one("its history crosses main's several times");
  // What main once took by a merge and later reverted would be dropped from the next merge without a word.
  const trunk = await lines(gate, ["rev-list", "--first-parent", main]);
  if (!trunk.includes(base)) {
    return one(
      `it goes on from ${base.slice(0, 12)}, which main took by a merge; bring the change as a fresh commit`,
    );
  }
  return undefined;
}

async function blobProblem(gate: Repository, lineage: Lineage): Promise<Objection | undefined> {
  const listing = await lines(gate, [
    "rev-list",
    "--objects",
    "--no-object-names",
    ...rangeOf(lineage),
  ]);
  const { stdout } = await gitRaw(
    gate,
    ["cat-file", "--batch-check=%(objecttype) %(objectsize) %(objectname)"],
    {
      stdin: `${listing.join("\n")}\n`,
    },
  );
  const blobs = new TextDecoder()
    .decode(stdout)
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([type]) => type === "blob")
    .map(([, size, id = ""]) => ({ id, bytes: Number(size) }));
  const tooLarge = blobs.find(({ bytes }) => bytes > MAX_BLOB_BYTES);
  if (tooLarge !== undefined) {
    return one(`a file in it has ${tooLarge.bytes} bytes; ${MAX_BLOB_BYTES} are the most`);
  }
  const total = blobs.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > MAX_NEW_BYTES) return one(`it adds ${total} bytes; ${MAX_NEW_BYTES} are the most`);
  const ids = blobs.map(({ id }) => id);
  return await secretProblem(gate, ids, lineage);
}

/** What was committed once is in the history for ever, so a file that was removed again counts, too. */
async function secretProblem(
  gate: Repository,
  blobs: readonly string[],
  lineage: Lineage,
): Promise<Objection | undefined> {
  for (const [id, bytes] of await readBlobs(gate, blobs)) {
    // A field that is called "password" is not a credential; in the tool itself S2 looks at it.
    const found = secretsIn(new TextDecoder().decode(bytes)).filter(
      ({ kind }) => kind !== ASSIGNED,
    );
    const [first] = found;
    if (first === undefined) continue;
    const path = await pathOf(gate, id, lineage);
    const locations = found.map(({ kind, line }) => `${path}:${line} holds a secret: ${kind}`);
    const remedy = "make the change anew on main without it: a later commit does not take it out";
    return {
      reason: `a file in its history holds a secret (${first.kind}) at ${path}:${first.line}`,
      details: [...locations, remedy],
    };
  }
  return undefined;
}

/** The name of a file in a commit of the candidate. */
async function pathOf(gate: Repository, id: string, lineage: Lineage): Promise<string> {
  const listing = await lines(gate, ["rev-list", "--objects", ...rangeOf(lineage)]);
  return listing.find((line) => line.startsWith(`${id} `))?.slice(id.length + 1) ?? id.slice(0, 12);
}

async function touchedPaths(
  gate: Repository,
  commits: readonly string[],
): Promise<ReadonlySet<string>> {
  const touched = new Set<string>();
  // A submodule is a change like any other here.
  const kind = ["--name-only", "--no-renames", "--ignore-submodules=none"];
  const options = ["-r", "-c", "-z", "--root", "--no-commit-id", ...kind];
  for (const id of commits) {
    const listing = await gitText(gate, ["diff-tree", ...options, id]);
    for (const path of listing.split("\0")) if (path !== "") touched.add(path);
  }
  return touched;
}

function rangeOf({ main, candidate }: Lineage): readonly string[] {
  return [candidate, `^${main}`];
}

async function isAncestor(gate: Repository, older: string, newer: string): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", older, newer];
  return (await gitRaw(gate, args, { exitCodes: [0, 1] })).exitCode === 0;
}

async function lines(gate: Repository, args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await gitRaw(gate, args, { exitCodes: [0, 1] });
  return new TextDecoder()
    .decode(stdout)
    .split("\n")
    .filter((line) => line !== "");
}

function one(reason: string): Objection {
  return { reason, details: [reason] };
}
