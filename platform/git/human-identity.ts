/** In whose name a human commits. */
import { OrgError } from "#core/errors.ts";

/** Longest that Git may take to answer, in milliseconds. */
const ANSWER_MS = 5000;

/**
 * Git in the folder that it is started in, whatever the environment says: a hook and an alias have another repository in it.
 *
 * @see https://git-scm.com/docs/git#_the_git_repository
 */
const GIT_THERE: readonly string[] = [
  "env",
  ...["GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"].flatMap((name) => [
    "-u",
    name,
  ]),
  "LC_ALL=C",
  "git",
];

/** As their own Git knows them; empty where it does not. */
export interface HumanIdentity {
  readonly name: string;
  readonly email: string;
}

/**
 * Asks the Git of the human, with their own settings and not with ours: what counts is what `git commit` would write
 * there. Reading a setting runs nothing of a repository.
 *
 * @see https://git-scm.com/docs/git-config#_environment
 */
export async function humanIdentity(folder: string, signal: AbortSignal): Promise<HumanIdentity> {
  const [name = "", email = ""] = await Promise.all(
    ["user.name", "user.email"].map((key) => humanSetting([key], { folder, signal })),
  );
  return { name, email };
}

/**
 * A setting as the Git of the human has it in a folder: their own files count, and the repository's.
 *
 * @param question what follows `git config --get`, such as `["--type=path", "core.excludesFile"]`.
 * @returns an empty text where there is none.
 * @throws {OrgError} `PROCESS_FAILED` when Git does not answer: what it would say must not count as unset.
 * @throws the reason of the signal once it aborts.
 */
export async function humanSetting(
  question: readonly string[],
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<string> {
  await using child = Bun.spawn([...GIT_THERE, "config", "--get", ...question], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
    timeout: ANSWER_MS,
    killSignal: "SIGKILL",
    signal,
    cwd: folder,
  });
  const text = (await child.stdout.text()).trim();
  const exit = await child.exited;
  signal.throwIfAborted();
  // 1: there is no such setting.
  if (exit !== 0 && exit !== 1) throw noAnswer(`git config --get ${question.join(" ")}`, folder);
  return text;
}

/**
 * Whether the Git of the human works in a folder: it refuses a repository of another user that `safe.directory` does not
 * name. Asking runs nothing of a repository.
 *
 * @throws {OrgError} `PROCESS_FAILED` when Git does not answer.
 * @throws the reason of the signal once it aborts.
 * @see https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory
 */
export async function humanTrusts(folder: string, signal: AbortSignal): Promise<boolean> {
  await using child = Bun.spawn([...GIT_THERE, "rev-parse", "--git-dir"], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    timeout: ANSWER_MS,
    killSignal: "SIGKILL",
    signal,
    cwd: folder,
  });
  const text = await child.stderr.text();
  const exit = await child.exited;
  signal.throwIfAborted();
  if (exit === 0) return true;
  if (text.includes("dubious ownership")) return false;
  throw noAnswer("git rev-parse --git-dir", folder, text);
}

function noAnswer(command: string, folder: string, text = ""): OrgError {
  return new OrgError("Git gave no answer", {
    code: "PROCESS_FAILED",
    why: `${command} in ${folder} failed, or took longer than ${ANSWER_MS / 1000} s${text === "" ? "" : `: ${text.trim()}`}`,
    remedies: ["run that command there", "git --version"],
    unchanged: "Nothing was changed.",
  });
}
