/** Git with any arguments, standard input, bytes and exit codes. */
import { processFailed } from "#core/process-failure.ts";
import { type ProgramOutput, type RunOptions, runProgram } from "../programs/run-program.ts";
import { type GitArguments, hardenedGit, mayMeetSubmodules, refusal } from "./hardening.ts";
import { findGit, type Repository } from "./wrapper.ts";

/** What Git ends with when it cannot do a command at all. */
const FATAL = 128;

/** Most bytes of the list of an index: five million files. */
const LONGEST_LIST = 512 * 1024 * 1024;

/**
 * Runs Git. Revisions and names among the arguments must be validated by the caller (`validRefName`,
 * `isObjectId`), and paths stand behind `--`; what looks like a path pattern is taken as it is written.
 *
 * @throws {OrgError} `PROCESS_FAILED` for any other exit code, a time-out or too much output; it says which. What is
 * refused ends as Git itself would: with exit code 128 and the reason.
 */
export async function gitRaw(
  repository: Repository,
  args: GitArguments,
  options: RunOptions = {},
): Promise<ProgramOutput> {
  const stderr = refusal(args) ?? (await refusedForSubmodules(repository, args, options));
  if (stderr === undefined) return await start(repository, args, options);
  if (options.exitCodes?.includes(FATAL) === true) {
    return { exitCode: FATAL, stdout: new Uint8Array(), stderr };
  }
  const nothing = { signal: null, ms: 0, bytes: 0, timeoutMs: 0, maxBytes: 0 };
  throw processFailed(["git", ...args], { exitCode: FATAL, stderr, ...nothing });
}

/** The output of {@link gitRaw} as text, without the line end behind it. */
export async function gitText(
  repository: Repository,
  args: GitArguments,
  options: RunOptions = {},
): Promise<string> {
  const { stdout } = await gitRaw(repository, args, options);
  return new TextDecoder().decode(stdout).replace(/\n+$/, "");
}

/** A submodule has a configuration of its own, and what it names runs when Git goes into it. */
async function refusedForSubmodules(
  repository: Repository,
  args: GitArguments,
  { signal, timeoutMs }: RunOptions,
): Promise<string | undefined> {
  if (!mayMeetSubmodules(args)) return undefined;
  // Git that cannot read the index says so again, with the name of the requested command.
  const options = { signal, timeoutMs, exitCodes: [0, FATAL], maxBytes: LONGEST_LIST };
  const { stdout } = await start(repository, ["ls-files", "--stage"], options);
  if (!/^160000 /m.test(new TextDecoder("latin1").decode(stdout))) return undefined;
  return `fatal: org does not run "git ${args[0]}" in a repository with submodules\n`;
}

async function start(
  repository: Repository,
  args: GitArguments,
  options: RunOptions,
): Promise<ProgramOutput> {
  // The folder is the work tree, because paths among the arguments count from there.
  const location = { displayCommand: ["git", ...args], cwd: repository.workTree ?? "/" };
  return await runProgram({ ...hardenedGit(repository, args, findGit()), ...location }, options);
}

/**
 * Runs Git, and looks at its output field by field, each of which ends with NUL: of a listing of 200,000 files nothing is
 * kept but what the caller keeps.
 *
 * @param onField gets the bytes, which are others later, and where a field begins and ends in them.
 * @throws {OrgError} as {@link gitRaw} does.
 */
export async function gitFields(
  repository: Repository,
  args: GitArguments,
  { onField, ...options }: FieldOptions,
): Promise<void> {
  let rest = Buffer.alloc(0);
  await gitRaw(repository, args, {
    ...options,
    onOutput: (piece) => {
      const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      let end = bytes.indexOf(0);
      let start = 0;
      if (rest.length > 0 && end >= 0) {
        // Only the field that is cut is joined: a copy of each piece would double what a long listing leaves to collect.
        const field = Buffer.concat([rest, bytes.subarray(0, end)]);
        onField(field, 0, field.length);
        rest = Buffer.alloc(0);
        start = end + 1;
        end = bytes.indexOf(0, start);
      }
      for (; end >= 0; end = bytes.indexOf(0, start)) {
        onField(bytes, start, end);
        start = end + 1;
      }
      rest = Buffer.concat([rest, bytes.subarray(start)]);
    },
  });
  // Git ends every field with NUL: behind the last one there is nothing.
  if (rest.length > 0) throw new Error(`git ${args[0]} ended in the middle of a field`);
}

export interface FieldOptions extends Omit<RunOptions, "onOutput"> {
  readonly onField: (bytes: Buffer, start: number, end: number) => void;
}
