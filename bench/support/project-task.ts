/** The tasks of `bench project-tasks`: a folder each, in `bench/project-tasks/`. */
import { chmod, cp, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { isRight } from "./answer-check.ts";
import { passesHiddenCheck } from "./hidden-check.ts";
import { CHECK_FIELDS, type Checked, readTaskFile } from "./task.ts";
import type { Finished, Judged, Trial } from "./trial.ts";

/** Kinds of tasks whose result is a change of the files, and what a row of the report calls them. */
const CHANGES = {
  fix: "fix a bug",
  add: "add a function",
  rename: "rename",
  test: "add a test",
  config: "change a config",
} as const;

export const PROJECT_KINDS: Readonly<Record<ProjectTask["kind"], string>> = {
  ...CHANGES,
  explain: "explain code",
};

const heldout = z.boolean().default(false);

const headSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.enum(["fix", "add", "rename", "test", "config"]),
    heldout,
    check: z.string().min(1),
  }),
  z.strictObject({ kind: z.literal("explain"), heldout, ...CHECK_FIELDS }),
]);

interface Common {
  /** Of the folder. */
  readonly name: string;
  readonly heldout: boolean;
  readonly question: string;
  /** What a contestant sees, as an absolute path; no repository yet. */
  readonly repository: string;
}

/** A task that is solved by a change of the files. */
export interface ChangeTask extends Common {
  readonly kind: keyof typeof CHANGES;
  /** Command of a shell that ends with 0 where the task is solved; it runs behind the hidden files, in the same folder. */
  readonly check: string;
  /** What a contestant never sees; put over its files for the check. Absolute path. */
  readonly hidden: string;
  /** Files of a reference solution, to be put over the repository's. Absolute path. */
  readonly solution: string;
}

/** A task that is solved by an answer. */
export interface ExplainTask extends Common, Checked {
  readonly kind: "explain";
}

export type ProjectTask = ChangeTask | ExplainTask;

/**
 * @param folder absolute path.
 * @throws {Error} naming the file that is not a task, or the folder that a task lacks.
 */
export async function readProjectTasks(folder: string): Promise<readonly ProjectTask[]> {
  const names = (await readdir(folder)).sort();
  return await Promise.all(names.map((name) => readProjectTask(join(folder, name))));
}

async function readProjectTask(folder: string): Promise<ProjectTask> {
  const { head, question } = await readTaskFile(join(folder, "task.md"), headSchema);
  const [repository, hidden, solution] = ["repository", "hidden", "solution"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const common = { name: basename(folder), question, repository };
  const needed = head.kind === "explain" ? [repository] : [repository, hidden, solution];
  for (const one of needed)
    if ((await readdir(one).catch(() => [])).length === 0)
      throw new Error(`${one}: a task of kind "${head.kind}" needs files there`);
  return head.kind === "explain"
    ? { ...common, ...head }
    : { ...common, ...head, hidden, solution };
}

/** A task about a repository of one commit. */
export function projectTrial(task: ProjectTask): Trial {
  return {
    ...{ name: task.name, kind: task.kind, heldout: task.heldout, question: task.question },
    isRepository: true,
    prepare: (folder) => makeRepository(task.repository, folder),
    judge: (finished, signal) => judge(task, finished, signal),
  };
}

async function judge(
  task: ProjectTask,
  { outcome, isAnswered, folder }: Finished,
  signal: AbortSignal,
): Promise<Judged> {
  if (task.kind === "explain") return { right: isAnswered && isRight(task, outcome.text) };
  const passed = await passesHiddenCheck(task, folder, signal);
  const { gate = "passes" } = outcome;
  return { right: passed && (gate === "passes" || gate === "held"), passed };
}

/** Copies files and commits them. @param folder absolute path; it is made. */
async function makeRepository(from: string, folder: string): Promise<void> {
  await cp(from, folder, { recursive: true });
  await chmod(folder, 0o755);
  for (const words of [
    ["init", "--quiet", "--initial-branch=main", "--template="],
    // A user has a name: without one org makes no candidate.
    ["config", "user.name", "Ada"],
    ["config", "user.email", "ada@example.invalid"],
    ["add", "--all"],
    ["commit", "--quiet", "--message", "first"],
  ]) {
    const git = Bun.spawn(["git", ...words], {
      cwd: folder,
      env: { PATH: Bun.env["PATH"] ?? "/usr/bin", HOME: folder, GIT_CONFIG_NOSYSTEM: "1" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const said = await git.stderr.text();
    if ((await git.exited) !== 0) throw new Error(`git ${words[0]} failed in ${folder}: ${said}`);
  }
}
