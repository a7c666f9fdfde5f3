/** Git with any arguments, for what simple-git has no words for: standard input, bytes, exit codes. */
import { type ProgramOutput, type RunOptions, runProgram } from "../programs/run-program.ts";
import { type Repository, startFolder, WRAPPER, wrapperEnvironment } from "./wrapper.ts";

/**
 * Runs Git. Revisions and names among the arguments must be validated by the caller (`validRefName`,
 * `isObjectId`), and paths stand behind `--`; what looks like a path pattern is taken as it is written.
 *
 * @throws {OrgError} `PROCESS_FAILED` for any other exit code, a time-out or too much output; it says which.
 */
export async function gitRaw(
  repository: Repository,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProgramOutput> {
  const program = {
    command: [...WRAPPER, ...args],
    shownAs: ["git", ...args],
    cwd: startFolder(repository),
    environment: wrapperEnvironment(repository),
  };
  return await runProgram(program, options);
}

/** The output of {@link gitRaw} as text, without the line end behind it. */
export async function gitText(
  repository: Repository,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { stdout } = await gitRaw(repository, args, options);
  return new TextDecoder().decode(stdout).replace(/\n+$/, "");
}
