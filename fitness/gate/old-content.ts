/** Whether a candidate quietly puts back what main had replaced. */
import { gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { TreeChange } from "./tree-diff.ts";

/**
 * The changed files whose new content is one that main once had in their place and gave up. A file that main
 * does not have any more may come back: that is how a change that was rolled back is offered anew.
 */
export async function broughtBack(
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
