/** simple-git on top of the hardened Git, for everything that it has words for. */
import { type SimpleGit, simpleGit } from "simple-git";
import { type Repository, startFolder, WRAPPER, wrapperEnvironment } from "./wrapper.ts";

/** Longest silence of one command in milliseconds. */
const SILENCE_MS = 60_000;

/**
 * @param signal ends the command that runs, and refuses later ones.
 * @throws {OrgError} `PROCESS_FAILED` when Git is not installed.
 */
export function git(repository: Repository, signal?: AbortSignal): SimpleGit {
  const [shell, script] = WRAPPER;
  return simpleGit({
    baseDir: startFolder(repository),
    binary: [shell, script],
    timeout: { block: SILENCE_MS },
    // The path of our own script may hold any character; it comes from no one else.
    unsafe: { allowUnsafeCustomBinary: true },
    ...(signal === undefined ? {} : { abort: signal }),
  }).env(wrapperEnvironment(repository));
}
