/** In whose name a human commits. */
import { OrgError } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { findGit } from "./wrapper.ts";

/** Longest that Git may take to answer, in milliseconds. */
const ANSWER_MS = 5000;

/** Variables that lead Git to another repository than that of its folder: a hook and an alias have them. */
const OF_ANOTHER = new Set(["GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"]);

/**
 * The environment for Git in the folder that it is started in.
 *
 * @see https://git-scm.com/docs/git#_the_git_repository
 */
function environmentThere(): Record<string, string | undefined> {
  const others = Object.entries(Bun.env).filter(([name]) => !OF_ANOTHER.has(name));
  return { ...Object.fromEntries(others), LC_ALL: "C" };
}

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
  const settings = await humanSettings({ folder, signal });
  return { name: settingIn(settings, "user.name"), email: settingIn(settings, "user.email") };
}

/** What `git config` of the human prints in a folder, where it ends with one of the exits. */
async function config(
  question: readonly string[],
  {
    folder,
    signal,
    exits,
  }: { readonly folder: string; readonly signal: AbortSignal; readonly exits: readonly number[] },
): Promise<string> {
  await using child = Bun.spawn([findGit(), "config", ...question], {
    env: environmentThere(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: ANSWER_MS,
    killSignal: "SIGKILL",
    signal,
    cwd: folder,
  });
  const [text, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const exit = await child.exited;
  signal.throwIfAborted();
  if (!exits.includes(exit))
    throw noAnswer(`git config ${question.join(" ")}`, { folder, exit, stderr });
  return text;
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
  // 1: there is no such setting.
  const text = await config(["--get", ...question], { folder, signal, exits: [0, 1] });
  return text.trim();
}

/** Keys, whose first and last part are in small letters, with their values; a key may come several times. */
export type HumanSettings = readonly (readonly [key: string, value: string])[];

/**
 * All settings that the Git of the human has in a folder, with what their files include. Listing them runs nothing.
 *
 * @throws {OrgError} `PROCESS_FAILED` when Git does not answer.
 * @throws the reason of the signal once it aborts.
 */
export async function humanSettings({
  folder,
  signal,
}: {
  readonly folder: string;
  readonly signal: AbortSignal;
}): Promise<HumanSettings> {
  const text = await config(["--list", "-z"], { folder, signal, exits: [0] });
  return text.split("\0").flatMap((field) => {
    const [key = "", ...value] = field.split("\n");
    return key === "" ? [] : [[key, value.join("\n")] as const];
  });
}

/** One of {@link humanSettings}: of several the last counts. @returns an empty text where there is none. */
export function settingIn(settings: HumanSettings, key: `${string}.${string}`): string {
  const small = key.toLowerCase();
  return settings.findLast(([name]) => name === small)?.[1].trim() ?? "";
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
  await using child = Bun.spawn([findGit(), "rev-parse", "--git-dir"], {
    env: environmentThere(),
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
  throw noAnswer("git rev-parse --git-dir", { folder, exit, stderr: text });
}

interface Failure {
  readonly folder: string;
  readonly exit: number;
  /** What Git wrote to its standard error. */
  readonly stderr: string;
}

/** What Git ends with when it cannot do a command at all. */
const FATAL = 128;

function noAnswer(command: string, { folder, exit, stderr }: Failure): OrgError {
  const code = "PROCESS_FAILED";
  const unchanged = "Nothing was changed.";
  if (exit !== FATAL) {
    const why = `${command} took longer than ${ANSWER_MS / 1000} s there, or another process ended it.`;
    const remedies = [
      `git -C ${shellWord(folder)} status   # when it answers, run the same command again`,
    ];
    return new OrgError(`Git gave no answer in "${folder}"`, { code, why, remedies, unchanged });
  }
  return new OrgError(`Git cannot read the repository of "${folder}"`, {
    ...{ code, unchanged },
    why: stderr.trim() || `${command} gave no reason.`,
    remedies: [
      `git -C ${shellWord(folder)} status   # fails likewise until what it names is mended`,
      `ls -la ${shellWord(`${folder}/.git`)}   # what you may not read: chmod u+rw`,
    ],
  });
}
