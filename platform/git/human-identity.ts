/** In whose name a human commits. */

/** Longest that Git may take to answer, in milliseconds. */
const ANSWER_MS = 5000;

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
 */
export async function humanSetting(
  question: readonly string[],
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<string> {
  await using child = Bun.spawn(["git", "config", "--get", ...question], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
    timeout: ANSWER_MS,
    killSignal: "SIGKILL",
    signal,
    cwd: folder,
  });
  return (await child.stdout.text()).trim();
}

/**
 * Whether the Git of the human works in a folder: it refuses a repository of another user that `safe.directory` does not
 * name. Asking runs nothing of a repository.
 *
 * @see https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory
 */
export async function humanTrusts(folder: string, signal: AbortSignal): Promise<boolean> {
  await using child = Bun.spawn(["env", "LC_ALL=C", "git", "rev-parse", "--git-dir"], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    timeout: ANSWER_MS,
    killSignal: "SIGKILL",
    signal,
    cwd: folder,
  });
  return !(await child.stderr.text()).includes("dubious ownership");
}
