import { expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { openRepository } from "#platform/git/repository.ts";
import { ProjectRepository } from "#test/project-repository.ts";
import { attemptWork } from "./attempt.ts";
import { hasChanges, readRefs } from "./refs.ts";
import { changesOf, diffOf, hiddenFiles, keepTurn, undoTurn } from "./work.ts";

const AGENT = { persona: "agent", title: "change it" };

test("a new room has a copy of the work tree with what is not committed, and without what is ignored", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", "src/b.txt": "two\n", ".gitignore": "dist/\n" });
  user.write("a.txt", "changed\n");
  user.write("new.txt", "new\n");
  user.write("dist/out.js", "built\n");
  rmSync(join(user.root, "src", "b.txt"));
  const before = [user.state(), user.git("status", "--porcelain")];
  const work = await user.open();
  expect(readFileSync(join(work.copy, "a.txt"), "utf8")).toBe("changed\n");
  expect(readFileSync(join(work.copy, "new.txt"), "utf8")).toBe("new\n");
  for (const name of ["dist", "src", ".git"]) expect(existsSync(join(work.copy, name))).toBe(false);
  const refs = await readRefs(work.repository);
  expect(refs.source).toBe(user.git("rev-parse", "HEAD").trim());
  expect(refs.work).toBe(refs.base);
  expect(await gitText(work.repository, ["rev-parse", `${refs.base}^`])).toBe(refs.source ?? "");
  expect([user.state(), user.git("status", "--porcelain")]).toEqual(before);
});

test("a turn becomes one commit of its persona, and a turn without changes none", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\ntwo\n", "gone.txt": "x\n" });
  const work = await user.open();
  expect(await keepTurn(work, AGENT)).toBeUndefined();
  writeFileSync(join(work.copy, "a.txt"), "one\nTWO\nthree\n");
  writeFileSync(join(work.copy, "new.txt"), "new\n");
  rmSync(join(work.copy, "gone.txt"));
  const change = await keepTurn(work, { persona: "agent", title: "change it\nand more" });
  expect(change).toMatchObject({ files: 3, added: 3, removed: 2, refused: [] });
  const shown = await gitText(work.repository, [
    "log",
    "-1",
    "--format=%an %ae %s|%b",
    "refs/org/work",
  ]);
  expect(shown).toBe("agent agent@org.invalid change it|");
  expect(await changesOf(work)).toEqual(change);
  expect(await hasChanges(work.repository)).toBe(true);
  expect(await diffOf(work, "a.txt")).toContain("-two\n+TWO\n+three\n");
  expect(await diffOf(work, "a.txt")).not.toContain("new.txt");
  await expect(diffOf(work, "../x")).rejects.toMatchObject({ code: "PATH_REFUSED" });
});

test("undoing a turn brings the files back as they were before it", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", "dir/b.txt": "b\n" });
  const work = await user.open();
  expect(await undoTurn(work)).toBeUndefined();
  writeFileSync(join(work.copy, "a.txt"), "two\n");
  await keepTurn(work, AGENT);
  rmSync(join(work.copy, "dir"), { recursive: true });
  writeFileSync(join(work.copy, "dir"), "a file now\n");
  writeFileSync(join(work.copy, "more.txt"), "more\n");
  await keepTurn(work, AGENT);
  expect(await undoTurn(work)).toMatchObject({ files: 3 });
  expect(lstatSync(join(work.copy, "dir")).isDirectory()).toBe(true);
  expect(readFileSync(join(work.copy, "dir", "b.txt"), "utf8")).toBe("b\n");
  expect(existsSync(join(work.copy, "more.txt"))).toBe(false);
  expect(readFileSync(join(work.copy, "a.txt"), "utf8")).toBe("two\n");
  expect(await keepTurn(work, AGENT)).toBeUndefined();
  await undoTurn(work);
  expect(readFileSync(join(work.copy, "a.txt"), "utf8")).toBe("one\n");
  expect(await changesOf(work)).toBeUndefined();
  expect(await hasChanges(work.repository)).toBe(false);
});

test("the room's repository can be opened without its work tree, as one that judges does", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const { repository } = await user.open();
  const { gitDir } = await openRepository({ gitDir: repository.gitDir });
  expect(await gitText({ gitDir, muted: [] }, ["show", "refs/org/base:a.txt"])).toBe("one");
});

test("a room that is opened again is as its newest turn left it, with what was not kept as a turn", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", ".env": "TOKEN=1\n" });
  const first = await user.open();
  writeFileSync(join(first.copy, "a.txt"), "two\n");
  await keepTurn(first, AGENT);
  const again = await user.open();
  expect((await readRefs(again.repository)).work).toBe((await readRefs(first.repository)).work);
  writeFileSync(join(again.copy, "a.txt"), "three\n");
  const third = await user.open();
  expect(await gitText(third.repository, ["log", "-1", "--format=%an %s", "refs/org/work"])).toBe(
    "org changes of a turn that was cut off",
  );
  expect((await hiddenFiles(third)).hidden).toEqual([".env"]);
});

// What a file of ours beside that of room "a" was called, or is called by SQLite.
test.each(["a.new", "a.holder", "a.lock", "a.lock.holder", "a-journal", "a-wal", "a-try-1"])(
  "room %s and room a, its attempts and its locks know nothing of each other",
  async (name) => {
    using user = new ProjectRepository();
    user.commit("first", { "a.txt": "one\n" });
    const other = await user.open(name);
    writeFileSync(join(other.copy, "a.txt"), "two\n");
    const main = await user.open("a");
    const attempt = attemptWork(main, 1);
    mkdirSync(attempt.folder, { recursive: true });
    expect(existsSync(other.copy)).toBe(true);
    {
      using _others = await other.lock.take({ owner: "agent" });
      using _mains = await main.lock.take({ owner: "agent", waitMs: 0 });
      using _attempts = await attempt.lock.take({ owner: "agent", waitMs: 0 });
      for (const { lock } of [main, other, attempt]) expect(lock.takeNow()).toBeUndefined();
    }
    for (const { lock } of [other, main, attempt]) {
      using again = lock.takeNow();
      expect(again).toBeDefined();
    }
    expect(readFileSync(join(other.copy, "a.txt"), "utf8")).toBe("two\n");
    expect(readFileSync(join(main.copy, "a.txt"), "utf8")).toBe("one\n");
  },
);

test("a room whose own repository lost what it began with says so, and what to do", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const work = await user.open();
  await gitText(work.repository, ["update-ref", "-d", "refs/org/base"]);
  const damaged = { code: "INPUT_INVALID", message: expect.stringContaining("is damaged") };
  await expect(user.open()).rejects.toMatchObject(damaged);
  await expect(hasChanges(work.repository)).rejects.toMatchObject(damaged);
});
