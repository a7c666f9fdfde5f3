/** Stage S1: from a history that was fetched to a change that may be judged further. */
import { isUtf8 } from "node:buffer";
import { readBlobs } from "#platform/git/blobs.ts";
import { gitText } from "#platform/git/raw.ts";
import { treeListing } from "#platform/git/tree-listing.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { Objection } from "../stages.ts";
import { toolOf } from "./change-class.ts";
import { type AdmittedChange, judgeDiff } from "./diff-policy.ts";
import type { History, Lineage } from "./intake.ts";
import { mergedTree, readTreeDiff, type TreeChange } from "./tree-diff.ts";

export interface Admission extends AdmittedChange {
  /** The tree that main would have. */
  readonly tree: string;
  readonly changes: readonly TreeChange[];
}

/** @returns the change, or why it goes no further. */
export async function admit(
  gate: Repository,
  { main, candidate }: Lineage,
  { history, intent }: { readonly history: History; readonly intent: readonly string[] },
): Promise<Admission | Objection> {
  const tree = await mergedTree(gate, main, candidate);
  if (typeof tree !== "string") return tree;
  const [changes, before, after] = await Promise.all([
    readTreeDiff(gate, `${main}^{tree}`, tree),
    treeListing(gate, main),
    treeListing(gate, tree),
  ]);
  const verdict = judgeDiff({ changes, before, after, touched: history.touched, intent });
  if ("reason" in verdict) return verdict;
  const wrong = [...(await broughtBack(gate, main, changes)), ...(await notText(gate, changes))];
  if (wrong[0] !== undefined) return { reason: wrong[0], details: wrong };
  return { ...verdict, tree, changes };
}

/** What is judged as text must be the same text wherever it is read: a byte that is none could be any letter. */
async function notText(
  gate: Repository,
  changes: readonly TreeChange[],
): Promise<readonly string[]> {
  const files = changes.filter(
    ({ status, path = "" }) => status !== "D" && toolOf(path) !== undefined,
  );
  const blobs = await readBlobs(gate, [...new Set(files.map(({ newId }) => newId))]);
  return files.flatMap(({ path, newId }) =>
    isUtf8(blobs.get(newId) ?? new Uint8Array()) ? [] : [`${JSON.stringify(path)} is not UTF-8`],
  );
}

/**
 * The changed files whose new content is one that main once had at the same path and gave up. A file that main
 * does not have any more may come back: that is how a change that was rolled back is offered anew.
 */
async function broughtBack(
  gate: Repository,
  main: string,
  changes: readonly TreeChange[],
): Promise<readonly string[]> {
  const modified = changes.filter(({ status, path }) => status === "M" && path !== undefined);
  if (modified.length === 0) return [];
  const paths = modified.flatMap(({ path }) => path ?? []);
  const options = ["-m", "--full-history", "--raw", "--no-abbrev", "--no-renames", "--format="];
  const log = await gitText(gate, ["log", ...options, main, "--", ...paths]);
  const earlier = new Set(log.match(/\b[0-9a-f]{40,64}\b/g));
  return modified
    .filter(({ newId }) => earlier.has(newId))
    .map(({ path }) => `${JSON.stringify(path)} is put back to what main had replaced`);
}
