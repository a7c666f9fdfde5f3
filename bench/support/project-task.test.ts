import { describe, expect, test } from "bun:test";
import { cp, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Glob } from "bun";
import { isRight } from "./answer-check.ts";
import type { Outcome } from "./contestant.ts";
import {
  type ChangeTask,
  type ExplainTask,
  PROJECT_KINDS,
  projectTrial,
  readProjectTasks,
} from "./project-task.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const { signal } = new AbortController();
const tasks = await readProjectTasks(join(import.meta.dir, "../project-tasks"));
const changes = tasks.filter((task): task is ChangeTask => task.kind !== "explain");
const explanations = tasks.filter((task): task is ExplainTask => task.kind === "explain");
const OUTCOME: Outcome = { text: "Done.", calls: 1, ran: 1, succeeded: 1 };

async function filesOf(folder: string): Promise<readonly string[]> {
  return (await Array.fromAsync(new Glob("**/*").scan({ cwd: folder, dot: true }))).sort();
}

describe("the tasks", () => {
  test("are 30, of all kinds, three fifths of them held out", () => {
    expect(tasks.length).toBe(30);
    expect(tasks.filter(({ heldout }) => heldout).length).toBe(18);
    const counts = Object.keys(PROJECT_KINDS).map(
      (kind) => tasks.filter((task) => task.kind === kind).length,
    );
    expect(counts).toEqual([8, 6, 4, 4, 4, 4]);
  });

  test.each(tasks.map((task) => [task.name, task] as const))(
    "%s has a small repository, of which nothing is hidden",
    async (_, task) => {
      const files = await filesOf(task.repository);
      expect(files.length).toBeGreaterThanOrEqual(2);
      expect(files.length).toBeLessThanOrEqual(8);
      expect(files.filter((path) => path.includes("hidden"))).toEqual([]);
      // What lies over the files for the check replaces none of them.
      if (task.kind === "explain") return;
      const hidden = await filesOf(task.hidden);
      expect(hidden.filter((path) => !path.startsWith("hidden"))).toEqual([]);
    },
  );

  test("stand in no prompt", async () => {
    const root = join(import.meta.dir, "../..");
    const paths = ["models", "room", "tools", "app"].flatMap((folder) => [
      ...new Glob(`${folder}/**/*.{ts,md}`).scanSync(root),
    ]);
    const product = (await Promise.all(paths.map((path) => Bun.file(join(root, path)).text())))
      .join("\n")
      .replace(/\s+/g, " ");
    const sentences = tasks.flatMap(({ question }) =>
      question.replace(/\s+/g, " ").split(/(?<=[.?!]) /),
    );
    const long = sentences.filter((sentence) => sentence.length > 25);
    expect(long.length).toBeGreaterThan(tasks.length);
    expect(long.filter((sentence) => product.includes(sentence))).toEqual([]);
  });
});

/** What becomes of a task whose files are left as the repository has them, with others over them. */
async function judged(task: ChangeTask, over?: string, outcome = OUTCOME): Promise<unknown> {
  await using place = await temporaryFolder();
  const folder = join(place.path, "files");
  const trial = projectTrial(task);
  await trial.prepare(folder);
  if (over !== undefined) await cp(over, folder, { recursive: true });
  return await trial.judge({ outcome, isAnswered: true, folder }, signal);
}

describe("a task that asks for a change", () => {
  test.each(changes.map((task) => [task.name, task] as const))(
    "%s is solved by its reference solution, and not by the files as they are",
    async (_, task) => {
      expect(await judged(task)).toEqual({ right: false, passed: false });
      expect(await judged(task, task.solution)).toEqual({ right: true, passed: true });
    },
  );

  test("is not solved by what the contestant does not hand over", async () => {
    const [task] = changes;
    if (task === undefined) throw new Error("There is no task");
    for (const gate of ["refused", "none"] as const)
      expect(await judged(task, task.solution, { ...OUTCOME, gate })).toEqual({
        ...{ right: false, passed: true },
      });
  });

  test("is posed as a repository with one commit", async () => {
    const [task] = changes;
    if (task === undefined) throw new Error("There is no task");
    await using place = await temporaryFolder();
    const folder = join(place.path, "files");
    await projectTrial(task).prepare(folder);
    expect((await readdir(folder)).sort()).toEqual(
      [".git", ...(await readdir(task.repository))].sort(),
    );
    const git = Bun.spawnSync(["git", "status", "--short", "--branch"], { cwd: folder });
    expect(git.stdout.toString()).toBe("## main\n");
  });
});

describe("a task that asks for an explanation", () => {
  test.each(explanations.map((task) => [task.name, task] as const))(
    "%s accepts its right answers, and neither its wrong ones nor the contents of its files",
    async (_, task) => {
      for (const right of task.right) expect([right, isRight(task, right)]).toEqual([right, true]);
      const paths = await filesOf(task.repository);
      const texts = await Promise.all(
        paths.map((path) => Bun.file(join(task.repository, path)).text()),
      );
      const wrong = [
        ...task.wrong,
        ...texts,
        paths.join("\n"),
        texts.join("\n"),
        "",
        task.question,
      ];
      for (const one of wrong) expect([one, isRight(task, one)]).toEqual([one, false]);
    },
  );

  test("is solved by an answer alone", async () => {
    const [task] = explanations;
    if (task === undefined) throw new Error("There is no task");
    const finished = { outcome: { ...OUTCOME, text: task.right[0] ?? "" }, folder: "/nowhere" };
    const trial = projectTrial(task);
    expect(await trial.judge({ ...finished, isAnswered: true }, signal)).toEqual({ right: true });
    expect(await trial.judge({ ...finished, isAnswered: false }, signal)).toEqual({ right: false });
  });
});

test.each([
  ["---\nkind: fix\n---\nMend it.", "check"],
  ["---\nkind: fix\ncheck: 'true'\n---\nMend it.", "needs files there"],
  ["Mend it.", "does not begin with a block"],
])("a folder that is not a task is refused: %j", async (file, why) => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "one"));
  await Bun.write(join(folder.path, "one/task.md"), file);
  await expect(readProjectTasks(folder.path)).rejects.toThrow(why);
});
