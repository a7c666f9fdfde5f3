/** simple-git on top of the hardened Git, for what it has words for. */
import { type SimpleGit, simpleGit } from "simple-git";
import { hardenedGit, settingsOf } from "./hardening.ts";
import { findGit, type Repository } from "./wrapper.ts";

/** Longest silence of one command in milliseconds. */
const SILENCE_MS = 60_000;

// Each refuses what may name a program. Ours name "false" or nothing, and hold that of a repository off.
const OUR_SETTINGS = {
  allowUnsafeHooksPath: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeSshCommand: true,
  allowUnsafeAskPass: true,
  allowUnsafeGpgProgram: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeEditor: true,
  allowUnsafeGitProxy: true,
  allowUnsafeFilter: true,
  allowUnsafeMergeDriver: true,
  allowUnsafeCommandBinaries: true,
};

/**
 * For commands whose arguments are written in our source: what {@link hardenedGit} adds to an argument, and refuses of
 * one, is not added and not refused here.
 *
 * @throws {OrgError} `PROCESS_FAILED` when Git is not installed.
 */
export function git(repository: Repository): SimpleGit {
  const program = findGit();
  const { environment } = hardenedGit(repository, ["version"], program);
  return simpleGit({
    baseDir: repository.workTree ?? "/",
    binary: program,
    config: [...settingsOf(repository)],
    timeout: { block: SILENCE_MS },
    unsafe: OUR_SETTINGS,
    allowEnvironment: Object.keys(environment),
  }).env({ ...environment });
}
