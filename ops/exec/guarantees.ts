/** Runs the checks of a task on the changed tree, as those of a project run. */
import { CheckedTree, type CheckOptions, passed } from "#fitness/project/run-checks.ts";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import type { Scratch } from "./scratch.ts";
import type { Guarantee } from "./task-file.ts";

/** Longest life of one check in milliseconds. */
const LONGEST_MS = 120_000;

export interface GuaranteeRun
  extends Pick<CheckOptions, "cleaner" | "signal" | "toolchains" | "note"> {
  readonly guarantees: readonly Guarantee[];
}

/** @throws {OrgError} `SANDBOX_UNAVAILABLE` where no check could run. */
export async function proveSandbox(signal: AbortSignal): Promise<void> {
  await runSandboxed(["/bin/true"], POLICIES.forgeCheck, { signal });
}

/**
 * @returns what is not as it was guaranteed; the first thing only.
 * @throws {OrgError} `SANDBOX_UNAVAILABLE`; nothing was run then.
 */
export async function brokenGuarantee(
  { repository, folder, workTree }: Scratch,
  tree: string,
  { guarantees, ...options }: GuaranteeRun,
): Promise<string | undefined> {
  // What is not committed does not count, and neither do folders that Git ignores.
  const dependencies = { root: workTree, names: [] };
  const treeOptions = { ...options, dependencies, wallMs: LONGEST_MS, within: folder };
  await using checked = new CheckedTree({ repository, tree }, treeOptions);
  for (const { text, check } of guarantees) {
    if (check === undefined) continue;
    const run = await checked.run(check);
    if (passed(run)) continue;
    const how = run.stopped === null ? `ended with ${run.exit}` : `was stopped (${run.stopped})`;
    const printed = run.tail === "" ? "" : `\n${run.tail}`;
    return `it breaks a guarantee, ${JSON.stringify(text)}: "${check}" ${how}${printed}`;
  }
  return undefined;
}
