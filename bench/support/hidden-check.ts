/** Runs the hidden check of a task over the files that a contestant left: in the sandbox, for they run with it. */
import { homedir } from "node:os";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { findToolchains, withToolchains } from "#platform/sandbox/toolchains.ts";
import { WORKSPACE } from "#platform/sandbox/working-copy.ts";

const HIDDEN = "/hidden";
const LONGEST_MS = 120_000;
const ENVIRONMENT = {
  ...{ CI: "1", NO_COLOR: "1" },
  // A variant of a file that is put in place within a second has the same time, and would be taken for the one before.
  PYTHONDONTWRITEBYTECODE: "1",
};

export interface HiddenCheck {
  /** Command of a shell; it passes with exit code 0. */
  readonly check: string;
  /** Absolute path of the files that are put over the others first. */
  readonly hidden: string;
}

/**
 * @param folder absolute path; it is not changed, and a `.git` in it is not seen.
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when nothing can be run.
 */
export async function passesHiddenCheck(
  { check, hidden }: HiddenCheck,
  folder: string,
  signal: AbortSignal,
): Promise<boolean> {
  const policy = withToolchains(
    {
      ...POLICIES.projectCheck,
      ...{ wallMs: LONGEST_MS, cpuMs: LONGEST_MS, folder: WORKSPACE, environment: ENVIRONMENT },
      readOnly: [
        { from: folder, to: WORKSPACE, layered: true, hide: [".git"] },
        { from: hidden, to: HIDDEN },
      ],
    },
    await findToolchains(Bun.env["PATH"] ?? "", homedir()),
  );
  const command = `cp -R --remove-destination ${HIDDEN}/. ${WORKSPACE}/ && ${check}`;
  const { exit } = await runSandboxed(["/bin/sh", "-c", command], policy, { signal });
  signal.throwIfAborted();
  return exit === 0;
}
