/** Runs the checks of a task on the changed tree. What a model wrote runs in the sandbox and nowhere else. */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { writeTree } from "../release/release.ts";
import type { Scratch } from "./scratch.ts";
import type { Guarantee } from "./task-file.ts";

/** Where a check finds the changed repository, read-only. */
const TREE = "/repo";
/** As much of what a check says as helps, in characters. */
const SAID = 2000;

export interface CheckRun {
  readonly signal: AbortSignal;
  readonly cleaner: TextCleaner;
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
  scratch: Scratch,
  tree: string,
  { guarantees, signal, cleaner }: CheckRun & { readonly guarantees: readonly Guarantee[] },
): Promise<string | undefined> {
  const checks = guarantees.filter(({ check }) => check !== undefined);
  if (checks.length === 0) return undefined;
  const folder = await mkdtemp(join(scratch.folder, "tree-"));
  await writeTree(scratch.repository, tree, folder);
  const policy = { ...POLICIES.forgeCheck, readOnly: [{ from: folder, to: TREE }] };
  for (const { text, check = "" } of checks) {
    const command = ["/bin/sh", "-c", `cd ${TREE} && exec /bin/sh -c "$1"`, "sh", check];
    const { exit, killed, stdout, stderr } = await runSandboxed(command, policy, { signal });
    signal.throwIfAborted();
    if (exit === 0) continue;
    const how = killed === null ? `ended with ${exit}` : `was stopped (${killed})`;
    const said = cleaner.clean(`${stdout}${stderr}`.trim()).slice(-SAID);
    return `it breaks a guarantee, ${JSON.stringify(text)}: "${check}" ${how}${said === "" ? "" : `\n${said}`}`;
  }
  return undefined;
}
