import { expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isRight } from "./answer-check.ts";
import { readTasks, type Task } from "./task.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const tasks = await readTasks(join(import.meta.dir, "../tasks"));

function count(kind: Task["kind"], heldout: boolean): number {
  return tasks.filter((task) => task.kind === kind && task.heldout === heldout).length;
}

test("at least twenty tasks over files and at least half of the others are held out", () => {
  expect(count("plain", true) + count("plain", false)).toBeGreaterThanOrEqual(25);
  expect(count("folder", true) + count("folder", false)).toBeGreaterThanOrEqual(20);
  expect(count("plain", true)).toBeGreaterThanOrEqual(count("plain", false));
  // What was looked at while a prompt was written belongs to the tasks for tuning from then on.
  expect(count("folder", true)).toBeGreaterThanOrEqual(20);
});

test("no folder serves both a task for tuning and one that is held out", () => {
  const foldersOf = (heldout: boolean): Set<string | undefined> =>
    new Set(
      tasks
        .filter((task) => task.kind === "folder" && task.heldout === heldout)
        .map(({ folder }) => folder),
    );
  expect(foldersOf(true).intersection(foldersOf(false))).toEqual(new Set());
});

test("no two tasks ask the same question", () => {
  expect(new Set(tasks.map(({ question }) => question)).size).toBe(tasks.length);
});

test.each(tasks.map((task) => [task.name, task] as const))(
  "the task %s accepts its right answers and refuses its wrong ones",
  async (_, task) => {
    for (const right of task.right) expect([right, isRight(task, right)]).toEqual([right, true]);
    for (const wrong of task.wrong) expect([wrong, isRight(task, wrong)]).toEqual([wrong, false]);
    expect(isRight(task, task.question)).toBe(false);
    expect(isRight(task, "")).toBe(false);
    if (task.folder !== undefined) expect((await readdir(task.folder)).length).toBeGreaterThan(2);
  },
);

test.each(
  tasks.filter(({ folder }) => folder !== undefined).map((task) => [task.name, task] as const),
)(
  "the task %s is not answered by the contents of its files",
  async (_, { folder = "", ...task }) => {
    const names = (await readdir(folder)).sort();
    const files = await Promise.all(names.map((name) => Bun.file(join(folder, name)).text()));
    for (const whole of [...files, names.join("\n"), files.join("\n")])
      expect([whole, isRight(task, whole)]).toEqual([whole, false]);
  },
);

async function read(file: string): Promise<readonly Task[]> {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "folders"));
  await Bun.write(join(folder.path, "one.md"), file);
  return await readTasks(folder.path);
}

const EXAMPLES = 'right: ["4"]\nwrong: ["5", "6"]';

test("a task file is read", async () => {
  const [task] = await read(
    `---\nkind: plain\nanswer: { number: 4 }\n${EXAMPLES}\n---\nTwo and two?\n`,
  );
  expect(task).toEqual({
    name: "one",
    kind: "plain",
    heldout: false,
    answer: { number: 4 },
    right: ["4"],
    wrong: ["5", "6"],
    question: "Two and two?",
  });
});

test.each([
  ["Two and two?", "does not begin with a block"],
  [`---\nkind: plain\nanswer: {\n---\nTwo?`, "one.md"],
  [`---\nkind: plain\nanswer: { nummer: 4 }\n${EXAMPLES}\n---\nTwo?`, "answer"],
  [`---\nkind: folder\nanswer: { number: 4 }\n${EXAMPLES}\n---\nTwo?`, "names a folder"],
  [`---\nkind: plain\nanswer: { number: 4 }\n${EXAMPLES}\n---\n`, "no question"],
])("a file that is not a task is refused: %j", async (file, why) => {
  await expect(read(file)).rejects.toThrow(why);
});
