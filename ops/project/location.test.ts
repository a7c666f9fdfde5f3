import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { gitText } from "#platform/git/raw.ts";
import { ProjectRepository } from "#test/project-repository.ts";
import {
  changeRecord,
  demandProject,
  findProject,
  isRoomOf,
  newRecord,
  projectOfRoom,
  readRecord,
  roomIdOf,
} from "./location.ts";
import { readRefs } from "./refs.ts";
import { keepTurn } from "./work.ts";

const AGENT = { persona: "agent", title: "change it" };

test("a project is found from any folder in it, by its real path", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "src/deep/a.txt": "one\n" });
  symlinkSync(user.root, join(user.folder, "link"));
  const location = await user.place();
  expect(location.root).toBe(user.root);
  expect(location.id).toMatch(/^[0-9a-f]{16}$/);
  expect(location.folder).toBe(join(user.projects, location.id));
  for (const start of [join(user.root, "src", "deep"), join(user.root, ".git", "refs")]) {
    expect(await user.place(start)).toEqual(location);
  }
  expect(await user.place(join(user.folder, "link", "src"))).toEqual(location);
  expect(await findProject(user.folder, user.projects)).toBeUndefined();
});

test("a room finds its project by the record on disk, and no other room does", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const location = await user.place();
  const room = `project-${location.id}`;
  expect(await projectOfRoom(room, user.projects)).toBeUndefined();
  await user.open();
  expect(await readRecord(location)).toEqual({
    ...{ root: user.root, checks: undefined, dependencies: [] },
  });
  const record = { root: user.root, checks: ["bun test"], dependencies: ["node_modules"] };
  await changeRecord(location, () => record);
  expect(await readRecord(location)).toEqual(record);
  expect(await projectOfRoom(room, user.projects)).toEqual(location);
  expect(await projectOfRoom(`${room}-two`, user.projects)).toEqual(location);
  for (const other of ["main", `${room}-`, `${room}-../x`, `project-${"0".repeat(16)}`]) {
    expect(await projectOfRoom(other, user.projects)).toBeUndefined();
    expect(isRoomOf(other, location)).toBe(false);
  }
  // Among several machines, one that does not have the repository leaves the room to the others.
  const here = { projects: user.projects, node: "b" };
  await demandProject(room, here);
  await demandProject("main", here);
  await expect(demandProject(`project-${"0".repeat(16)}`, here)).rejects.toMatchObject({
    code: "ROOM_UNKNOWN",
    message: expect.stringContaining('a repository that node "b" does not have'),
  });
  // A record that names another folder is not believed.
  await changeRecord(location, () => ({ ...record, root: "/etc" }));
  expect(await projectOfRoom(room, user.projects)).toBeUndefined();
});

test("of changes of a record at the same time each sees the one before, and one that fails writes nothing", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const location = await user.place();
  const entered = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const first = changeRecord(location, async () => {
    entered.resolve();
    await end.promise;
    return { ...newRecord(location), checks: ["one"] };
  });
  await entered.promise;
  const seen: unknown[] = [];
  const others = ["two", "three"].map(async (name) => {
    await changeRecord(location, (record = newRecord(location)) => {
      seen.push(record.checks?.length);
      return { ...record, checks: [...(record.checks ?? []), name] };
    });
  });
  end.resolve();
  await Promise.all([first, ...others]);
  expect(seen).toEqual([1, 2]);
  const refusal = changeRecord(location, () => Promise.reject(new Error("not this one")));
  await expect(refusal).rejects.toThrow("not this one");
  await changeRecord(location, () => undefined);
  expect((await readRecord(location))?.checks?.toSorted()).toEqual(["one", "three", "two"]);
});

test("a bare repository is refused with what to do", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  user.gitIn(user.folder, "clone", "--quiet", "--bare", user.root, "bare.git");
  await expect(user.place(join(user.folder, "bare.git"))).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: `"${join(user.folder, "bare.git")}" is a bare repository`,
    remedies: [expect.stringContaining("git clone")],
  });
  user.git("config", "core.bare", "true");
  await expect(user.open()).rejects.toMatchObject({ why: expect.stringContaining("core.bare") });
});

test("a configuration that names another work tree is refused", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  user.git("config", "core.worktree", "/etc");
  await expect(user.open()).rejects.toMatchObject({
    code: "INPUT_INVALID",
    why: expect.stringContaining("core.worktree"),
  });
});

test("a file .git that was planted leads to no project", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  mkdirSync(join(user.folder, "trap"));
  writeFileSync(join(user.folder, "trap", ".git"), `gitdir: ${join(user.root, ".git")}\n`);
  await expect(user.place(join(user.folder, "trap"))).rejects.toMatchObject({
    code: "PROCESS_FAILED",
    why: expect.stringContaining("does not know it"),
  });
});

test("a link in the place of .git is refused, with a command that makes a project of it", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  renameSync(join(user.root, ".git"), join(user.folder, "real.git"));
  symlinkSync("../real.git", join(user.root, ".git"));
  const refused = await user.place().catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "PROCESS_FAILED" });
  expect(String(refused)).toContain("is a symbolic link");
  const remedies = refused instanceof OrgError ? refused.remedies : [];
  const command = remedies.find((line) => line.startsWith("git --git-dir=")) ?? "false";
  Bun.spawnSync(["sh", "-c", command]);
  expect((await user.place()).root).toBe(user.root);
  expect(user.git("status", "--porcelain")).toBe("");
});

test("a merge with conflicts is refused until the user has resolved it", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  user.git("checkout", "--quiet", "-b", "other");
  user.commit("theirs", { "a.txt": "theirs\n" });
  user.git("checkout", "--quiet", "main");
  user.commit("ours", { "a.txt": "ours\n" });
  expect(() => user.git("merge", "other")).toThrow();
  const before = user.state();
  await expect(user.open()).rejects.toMatchObject({
    code: "INPUT_INVALID",
    why: expect.stringContaining('"a.txt"'),
    remedies: [expect.stringContaining("git -C"), "org --no-project"],
  });
  expect(user.state()).toEqual(before);
  user.write("a.txt", "both\n");
  user.git("add", "a.txt");
  const work = await user.open();
  expect(readFileSync(join(work.copy, "a.txt"), "utf8")).toBe("both\n");
});

test("a repository without a commit works, and one whose index is empty too", async () => {
  using user = new ProjectRepository();
  user.write("a.txt", "one\n");
  const work = await user.open();
  expect((await readRefs(work.repository)).source).toBeUndefined();
  writeFileSync(join(work.copy, "a.txt"), "two\n");
  expect(await keepTurn(work, AGENT)).toMatchObject({ files: 1 });
  expect(await gitText(work.repository, ["rev-list", "--count", "refs/org/work"])).toBe("2");
});

test("a detached HEAD, a shallow clone, a linked work tree and SHA-256 work", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  user.commit("second", { "a.txt": "two\n" });
  user.git("checkout", "--quiet", "--detach", "HEAD~1");
  const shallow = join(user.folder, "shallow");
  const source = `file://${user.root}`;
  user.gitIn(user.folder, "clone", "--quiet", "--depth=1", "--branch=main", source, shallow);
  const linked = join(user.folder, "linked");
  user.git("worktree", "add", "--quiet", linked, "main");
  const deeper = join(user.folder, "deeper");
  user.gitIn(linked, "worktree", "add", "--quiet", "--detach", deeper);
  const borrowing = join(user.folder, "borrowing");
  user.gitIn(user.folder, "clone", "--quiet", "--shared", shallow, borrowing);
  const expected = { one: [user.root], two: [shallow, linked, deeper, borrowing] };
  for (const [text, folders] of Object.entries(expected)) {
    for (const folder of folders) {
      const work = await user.open("main", folder);
      expect(readFileSync(join(work.copy, "a.txt"), "utf8")).toBe(`${text}\n`);
      writeFileSync(join(work.copy, "a.txt"), "by the room\n");
      expect(await keepTurn(work, AGENT)).toMatchObject({ files: 1, added: 1, removed: 1 });
    }
  }
  using modern = new ProjectRepository("--object-format=sha256");
  modern.commit("first", { "a.txt": "one\n" });
  expect((await readRefs((await modern.open()).repository)).base).toMatch(/^[0-9a-f]{64}$/);
});

test("two rooms of one project do not see each other's changes", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const [one, two] = await Promise.all([user.open("one"), user.open("two")]);
  writeFileSync(join(one.copy, "a.txt"), "two\n");
  expect(await keepTurn(one, AGENT)).toMatchObject({ files: 1 });
  expect(await keepTurn(two, AGENT)).toBeUndefined();
});

test("a room has the id of its project, and a name that a folder can have", () => {
  const location = { id: "0123456789abcdef" };
  const own = "project-0123456789abcdef";
  expect([undefined, own, `${own}-tests`, "tests"].map((name) => roomIdOf(location, name))).toEqual(
    [own, own, `${own}-tests`, `${own}-tests`],
  );
  for (const name of ["", "../x", "-x", ".x", "a/b", "a b", "x".repeat(65)]) {
    expect(() => roomIdOf(location, name)).toThrow("cannot be the name of a room");
  }
});
