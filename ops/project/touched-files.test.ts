import { expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { workspaceAt } from "#platform/workspace.ts";
import { type ProjectRepository, repositoryOf, stateOf } from "#test/project-repository.ts";
import { readRefs } from "./refs.ts";
import { intendMove, readState } from "./room-folder.ts";
import { TouchedFiles } from "./touched-files.ts";
import { keepFiles, type TurnChange } from "./turns.ts";
import { changesOf, keepTurn, openWork, type ProjectWork, undoTurn } from "./work.ts";

const AGENT = { persona: "agent", title: "change it" };
const FILES = { "a.txt": "one\n", "dir/b.txt": "b\n", ".gitignore": "*.log\n" };

async function keep(work: ProjectWork): Promise<TurnChange | undefined> {
  using _held = await work.lock.take({ owner: "agent" });
  return await keepFiles(work, AGENT);
}

/** The files of a room as its tools write them. */
function filesOf({ copy, touched }: ProjectWork) {
  return workspaceAt(copy, { beforeWrite: (path) => touched.add(path) });
}

async function lines(work: ProjectWork, ...args: string[]): Promise<readonly string[]> {
  return (await gitText(work.repository, args)).split("\n");
}

async function opened(user: ProjectRepository): Promise<ProjectWork> {
  return await user.open();
}

test("a turn of which the files are known has them, and costs no look at any other", async () => {
  using user = repositoryOf(FILES);
  const work = await opened(user);
  const index = readFileSync(join(work.repository.gitDir, "index"));
  const files = filesOf(work);
  await files.write("./dir//b.txt", "two\n");
  await files.create("new/c.txt", "c\n");
  writeFileSync(join(work.copy, "a.txt"), "behind its back\n");
  expect(await keep(work)).toMatchObject({ files: 2, added: 2, removed: 1 });
  expect(await lines(work, "ls-tree", "-r", "--name-only", "refs/org/work")).toEqual([
    ".gitignore",
    "a.txt",
    "dir/b.txt",
    "new/c.txt",
  ]);
  expect(
    await gitText(work.repository, ["log", "-1", "--format=%an %ae %s", "refs/org/work"]),
  ).toBe("agent agent@org.invalid change it");
  expect(await gitText(work.repository, ["cat-file", "-p", "refs/org/work:a.txt"])).toBe("one");
  expect(readFileSync(join(work.repository.gitDir, "index"))).toEqual(index);
  // A look at all files finds that one, and only that.
  expect(await keepTurn(work, AGENT)).toMatchObject({ files: 1 });
});

test("what was not changed in the end makes no turn, and an ignored file is in none", async () => {
  using user = repositoryOf(FILES);
  const work = await opened(user);
  const files = filesOf(work);
  await files.write("a.txt", "other\n");
  await files.write("a.txt", "one\n");
  await files.create("run.log", "log\n");
  expect(await keep(work)).toBeUndefined();
  await files.append("a.txt", "more\n");
  chmodSync(join(work.copy, "a.txt"), 0o755);
  expect(await keep(work)).toMatchObject({ files: 1, added: 1 });
  expect(await lines(work, "ls-tree", "refs/org/work", "a.txt")).toEqual([
    expect.stringMatching(/^100755 blob/),
  ]);
});

test("a file of a known turn that a program removes is gone in the next one", async () => {
  using user = repositoryOf(FILES);
  const work = await opened(user);
  await filesOf(work).create("new/c.txt", "c\n");
  await keep(work);
  work.touched.addAny();
  rmSync(join(work.copy, "new"), { recursive: true });
  expect(await keep(work)).toMatchObject({ files: 1, removed: 1 });
  expect(await changesOf(work)).toBeUndefined();
});

test("known turns are undone like others", async () => {
  using user = repositoryOf(FILES);
  const work = await opened(user);
  const before = stateOf(work.copy);
  const files = filesOf(work);
  await files.create("new/c.txt", "c\n");
  await files.write("a.txt", "two\n");
  await keep(work);
  await files.write("a.txt", "three\n");
  await keep(work);
  await undoTurn(work);
  expect(readFileSync(join(work.copy, "a.txt"), "utf8")).toBe("two\n");
  await undoTurn(work);
  expect(stateOf(work.copy)).toEqual(before);
  expect(await keepTurn(work, AGENT)).toBeUndefined();
});

for (const path of [".env", ".gitignore", "sub/.gitattributes", "we\u200bird.txt", "GIT~1/x"]) {
  test(`a turn that touched ${JSON.stringify(path)} is looked at as a whole`, async () => {
    using user = repositoryOf(FILES);
    const work = await opened(user);
    await filesOf(work).write(path, "*.txt\n");
    writeFileSync(join(work.copy, "a.txt"), "two\n");
    await keep(work);
    expect(await gitText(work.repository, ["cat-file", "-p", "refs/org/work:a.txt"])).toBe("two");
  });
}

test("after another process died in a turn, all files are looked at", async () => {
  using user = repositoryOf(FILES);
  const work = await opened(user);
  new TouchedFiles(work.folder, async () => undefined).add("dir/b.txt");
  writeFileSync(join(work.copy, "dir/b.txt"), "left by the other\n");
  await filesOf(work).write("a.txt", "two\n");
  expect(await keep(work)).toMatchObject({ files: 2 });
  expect(existsSync(join(work.folder, "unkept"))).toBe(false);
  await filesOf(work).write("a.txt", "three\n");
  expect(await work.touched.paths()).toEqual(["a.txt"]);
});

test("the files of a room that is opened first are there for who takes its lock", async () => {
  using user = repositoryOf(FILES);
  const place = await user.place();
  const { signal } = new AbortController();
  const work = await openWork(place, `project-${place.id}`, { signal, files: "later" });
  // Whatever the user does meanwhile.
  user.write("a.txt", "changed\n");
  using _held = await work.lock.take({ owner: "agent", signal });
  expect(readFileSync(join(work.copy, "a.txt"), "utf8")).toBe("one\n");
  expect(Object.keys(stateOf(work.copy)).sort()).toEqual([
    ".gitignore",
    "a.txt",
    "dir",
    "dir/b.txt",
  ]);
});

test("a room that was killed while its files were written has all of them when it is opened again", async () => {
  using user = repositoryOf(FILES);
  const work = await opened(user);
  const before = stateOf(work.copy);
  await intendMove(work.folder, { ...(await readState(work.folder)), from: undefined });
  rmSync(join(work.copy, "dir"), { recursive: true });
  writeFileSync(join(work.copy, "a.txt"), "on");
  writeFileSync(join(work.repository.gitDir, "index.lock"), "");
  const again = await user.open();
  expect(stateOf(again.copy)).toEqual(before);
  expect((await readRefs(again.repository)).work).toBe((await readRefs(work.repository)).base);
});

/** As a program of the sandbox does it, behind org's back. */
async function program(work: ProjectWork, change: () => void): Promise<TurnChange | undefined> {
  using _held = await work.lock.take({ owner: "agent" });
  await work.touched.beforeProgram();
  change();
  return await keepFiles(work, AGENT);
}

test("what a program changes is a turn, and costs no look at the index", async () => {
  using user = repositoryOf(FILES);
  const work = await opened(user);
  const index = readFileSync(join(work.repository.gitDir, "index"));
  const write = (path: string, text: string) => () => user.write(path, text, work.copy);
  expect(await program(work, write("dir/b.txt", "two\n"))).toMatchObject({ files: 1, added: 1 });
  expect(await program(work, write("new/c.txt", "c\n"))).toMatchObject({ files: 1, added: 1 });
  expect(await program(work, write("new/c.txt", "d\n"))).toMatchObject({ files: 1, removed: 1 });
  expect(await program(work, write("run.log", "log\n"))).toBeUndefined();
  expect(await program(work, () => undefined)).toBeUndefined();
  expect(await program(work, () => rmSync(join(work.copy, "a.txt")))).toMatchObject({ removed: 1 });
  expect(readFileSync(join(work.repository.gitDir, "index"))).toEqual(index);
  // A look at all files finds nothing that was overlooked.
  expect(await keepTurn(work, AGENT)).toBeUndefined();
});

test("a copy that is watched before the first program is watched by it", async () => {
  using user = repositoryOf(FILES);
  const work = await opened(user);
  await work.touched.watchAhead();
  await filesOf(work).write("a.txt", "two\n");
  expect(await keep(work)).toMatchObject({ files: 1 });
  const index = readFileSync(join(work.repository.gitDir, "index"));
  const write = () => user.write("new/c.txt", "c\n", work.copy);
  expect(await program(work, write)).toMatchObject({ files: 1, added: 1 });
  expect(readFileSync(join(work.repository.gitDir, "index"))).toEqual(index);
});

test("what the kernel does not tell by name is found all the same", async () => {
  using user = repositoryOf(FILES);
  const work = await opened(user);
  const copied = (path: string) => join(work.copy, path);
  const moved = await program(work, () => renameSync(copied("dir"), copied("moved")));
  expect(moved).toMatchObject({ files: 1 });
  // Two names of one file: the other one is told.
  const linked = await program(work, () => linkSync(copied("a.txt"), copied("same.txt")));
  expect(linked).toMatchObject({ files: 1, added: 1 });
  const both = await program(work, () => writeFileSync(copied("same.txt"), "both\n"));
  expect(both).toMatchObject({ files: 2 });
  expect(await keepTurn(work, AGENT)).toBeUndefined();
});

test("an empty folder of an earlier turn is watched by the process that comes next", async () => {
  using user = repositoryOf(FILES);
  const before = await opened(user);
  await program(before, () => mkdirSync(join(before.copy, "out/deep"), { recursive: true }));
  const work = await opened(user);
  const written = await program(work, () => user.write("out/deep/c.txt", "c\n", work.copy));
  expect(written).toMatchObject({ files: 1, added: 1 });
});

test("a program that starts beside another one waits until the copy is watched", async () => {
  using user = repositoryOf(FILES);
  const work = await opened(user);
  using _held = await work.lock.take({ owner: "agent" });
  const starts = [work.touched.beforeProgram(), work.touched.beforeProgram()];
  await starts[1];
  user.write("a.txt", "two\n", work.copy);
  await starts[0];
  expect(await keepFiles(work, AGENT)).toMatchObject({ files: 1 });
});
