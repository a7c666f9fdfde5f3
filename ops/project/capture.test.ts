import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { ProjectRepository, stateOf } from "#test/project-repository.ts";
import { findProject } from "./location.ts";
import { readRefs } from "./refs.ts";
import { hiddenFiles, keepTurn, openWork, type ProjectWork } from "./work.ts";

const AGENT = { persona: "agent", title: "change it" };

/** Opens a room, and expects that nothing of the user's changed. */
async function openUnchanged(user: ProjectRepository, root = user.root): Promise<ProjectWork> {
  const before = [stateOf(root), user.state()];
  const status = user.gitIn(root, "status", "--porcelain", "--branch");
  const between = [stateOf(root), user.state()];
  const work = await user.open("main", root);
  // `git status` itself may write the index.
  expect([stateOf(root), user.state()]).toEqual(between);
  expect(user.gitIn(root, "status", "--porcelain", "--branch")).toBe(status);
  expect(before[0] === undefined).toBe(false);
  return work;
}

const read = (work: ProjectWork, name: string) => readFileSync(join(work.copy, name), "utf8");
const has = (work: ProjectWork, name: string) => existsSync(join(work.copy, name));

test("files that look like secrets are not in the copy: untracked ones in no tree, tracked ones in all of them", async () => {
  using user = new ProjectRepository();
  const secrets = { ".env": "A=1\n", "deploy/id_rsa": "key\n", "cert.pem": "pem\n" };
  user.commit("first", { ...secrets, ".env.example": "A=\n", "a.txt": "one\n" });
  user.write(".env", "A=2\n");
  user.write(".env.local", "B=1\n");
  const work = await openUnchanged(user);
  expect(has(work, ".env.example")).toBe(true);
  for (const name of [...Object.keys(secrets), ".env.local"]) expect(has(work, name)).toBe(false);
  expect(await hiddenFiles(work)).toEqual({
    hidden: [".env", "cert.pem", "deploy/id_rsa"],
    left: [".env", ".env.local"].map((path) => ({
      path,
      why: "its name is that of a file with secrets",
    })),
  });
  expect(await keepTurn(work, AGENT)).toBeUndefined();
  const listed = await gitText(work.repository, ["ls-tree", "-r", "--name-only", "refs/org/work"]);
  expect(listed).toBe([".env", ".env.example", "a.txt", "cert.pem", "deploy/id_rsa"].join("\n"));
  expect(await gitText(work.repository, ["show", "refs/org/base:.env"])).toBe("A=1");
});

test("a link is in the copy when it stays inside, and hidden when it leads out", async () => {
  using user = new ProjectRepository();
  user.write("src/a.txt", "one\n");
  symlinkSync("src/a.txt", join(user.root, "inside"));
  symlinkSync("../src", join(user.root, "src", "same"));
  symlinkSync("/etc/passwd", join(user.root, "absolute"));
  symlinkSync("../.ssh", join(user.root, "up"));
  symlinkSync(".git/config", join(user.root, "config"));
  user.commit("first", {});
  const work = await openUnchanged(user);
  expect(lstatSync(join(work.copy, "inside")).isSymbolicLink()).toBe(true);
  expect(read(work, "inside")).toBe("one\n");
  expect((await hiddenFiles(work)).hidden).toEqual(["absolute", "config", "up"]);
  expect(await keepTurn(work, AGENT)).toBeUndefined();
});

test("a repository with hooks, filters and programs in its configuration runs none of them", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", ".gitattributes": "* filter=evil\n" });
  const evil = join(user.folder, "evil");
  const bitten = join(user.folder, "bitten");
  user.write("evil", `#!/bin/sh\ntouch ${bitten}\ncat\n`, user.folder);
  chmodSync(evil, 0o755);
  for (const hook of [
    "post-index-change",
    "pre-commit",
    "reference-transaction",
    "post-checkout",
  ]) {
    user.write(`.git/hooks/${hook}`, `#!/bin/sh\ntouch ${bitten}\n`);
    chmodSync(join(user.root, ".git", "hooks", hook), 0o755);
  }
  user.write(".git/evil.config", `[filter "evil"]\n\tclean = ${evil}\n\tsmudge = ${evil}\n`);
  for (const [key, value] of [
    ["core.fsmonitor", evil],
    ["core.sshCommand", evil],
    ["core.alternateRefsCommand", evil],
    ["include.path", "evil.config"],
    ["core.hooksPath", join(user.root, ".git", "hooks")],
  ] as const) {
    user.git("config", key, value);
  }
  user.write("a.txt", "two\n");
  const before = user.state();
  const work = await user.open();
  expect(user.state()).toEqual(before);
  expect(read(work, "a.txt")).toBe("two\n");
  await keepTurn(work, AGENT);
  expect(existsSync(bitten)).toBe(false);
});

test("a submodule stays in the trees as it is, and is not in the copy", async () => {
  using user = new ProjectRepository();
  const id = user.commit("first", { "a.txt": "one\n" });
  user.git("update-index", "--add", "--cacheinfo", `160000,${id},sub`);
  user.git("commit", "--quiet", "-m", "a submodule");
  user.write("sub/inside.txt", "not ours\n");
  user.gitIn(join(user.root, "sub"), "init", "--quiet", "--template=");
  const work = await user.open();
  expect(has(work, "sub")).toBe(false);
  await Bun.write(join(work.copy, "a.txt"), "two\n");
  expect(await keepTurn(work, AGENT)).toMatchObject({ files: 1 });
  const listed = await gitText(work.repository, ["ls-tree", "refs/org/work", "sub"]);
  expect(listed).toBe(`160000 commit ${id}\tsub`);
});

test("marks of the index that hide changes have no effect on the copy", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "assumed.txt": "one\n", "skipped.txt": "one\n", "sparse.txt": "one\n" });
  user.git("update-index", "--assume-unchanged", "assumed.txt");
  user.git("update-index", "--skip-worktree", "skipped.txt", "sparse.txt");
  for (const name of ["assumed.txt", "skipped.txt"]) user.write(name, "changed\n");
  rmSync(join(user.root, "sparse.txt"));
  const work = await openUnchanged(user);
  for (const name of ["assumed.txt", "skipped.txt"]) expect(read(work, name)).toBe("changed\n");
  expect((await hiddenFiles(work)).hidden).toEqual(["sparse.txt"]);
  await Bun.write(join(work.copy, "assumed.txt"), "by the room\n");
  expect(await keepTurn(work, AGENT)).toMatchObject({ files: 1 });
});

for (const [what, settings] of [
  ["a split index", ["core.splitIndex", "true"]],
  ["an untracked cache", ["core.untrackedCache", "true"]],
  ["version 4 of the index", ["index.version", "4"]],
  ["an index without its checksum", ["index.skipHash", "true"]],
] as const) {
  test(`a repository with ${what} is captured as any other`, async () => {
    using user = new ProjectRepository();
    user.commit("first", { "a.txt": "one\n", "dir/b.txt": "b\n" });
    user.git("config", ...settings);
    for (const flag of ["--split-index", "--untracked-cache"].slice(
      0,
      what === "a split index" ? 1 : 2,
    )) {
      if (what !== "version 4 of the index") user.git("update-index", flag);
    }
    user.git("status");
    user.write("new.txt", "new\n");
    user.git("add", "--intent-to-add", "new.txt");
    user.write("a.txt", "two\n");
    const work = await openUnchanged(user);
    expect([read(work, "a.txt"), read(work, "new.txt")]).toEqual(["two\n", "new\n"]);
  });
}

test("a file of Git LFS that did not change stays a pointer", async () => {
  using user = new ProjectRepository();
  const content = "large content\n";
  const digest = createHash("sha256").update(content).digest("hex");
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${digest}\nsize ${content.length}\n`;
  user.commit("first", {
    ".gitattributes": "*.bin filter=lfs\n",
    "a.bin": pointer,
    "b.bin": pointer,
  });
  user.write("a.bin", content);
  user.write("b.bin", "changed by hand\n");
  const work = await user.open();
  expect(read(work, "a.bin")).toBe(pointer);
  expect(read(work, "b.bin")).toBe("changed by hand\n");
  expect((await hiddenFiles(work)).left).toEqual([]);
});

test("what the user's Git ignores for all repositories, and in this one, is not captured", async () => {
  using user = new ProjectRepository();
  user.commit("first", { ".gitignore": "!kept.log\n" });
  user.write("ignored-everywhere", "*.log\nglobal.txt\n", user.folder);
  user.git("config", "core.excludesFile", join(user.folder, "ignored-everywhere"));
  user.write(".git/info/exclude", "local.txt\n");
  const names = ["kept.log", "x.log", "global.txt", "local.txt", "new.txt"];
  for (const name of names) user.write(name, "x\n");
  const work = await openUnchanged(user);
  expect(Object.keys(stateOf(work.copy)).sort()).toEqual([".gitignore", "kept.log", "new.txt"]);
  // A turn is held to the same rules.
  await Bun.write(join(work.copy, "global.txt"), "x\n");
  expect(await keepTurn(work, AGENT)).toBeUndefined();
});

test("what interpreters and runners of tests leave is not a change, unless the user's Git holds it", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.py": "x = 1\n", "old/__pycache__/b.pyc": "1\n" });
  user.write("__pycache__/a.cpython-311.pyc", "1\n");
  const work = await openUnchanged(user);
  expect(Object.keys(stateOf(work.copy)).filter((path) => path.endsWith("c"))).toEqual([
    "old/__pycache__/b.pyc",
  ]);
  const left = ["__pycache__/a.cpython-311.pyc", "t/.pytest_cache/v/cache", ".coverage", "x.pyc"];
  for (const path of left) await Bun.write(join(work.copy, path), "2\n");
  expect(await keepTurn(work, AGENT)).toBeUndefined();
  // A rule of the repository counts before ours, and so does what it holds.
  await Bun.write(join(work.copy, "old/__pycache__/b.pyc"), "2\n");
  await Bun.write(join(work.copy, "t/.gitignore"), "!*.pyc\n");
  await Bun.write(join(work.copy, "t/y.pyc"), "2\n");
  expect((await keepTurn(work, AGENT))?.files).toBe(3);
});

test("a file that changed right after the index was written, without changing its size, is captured", async () => {
  using user = new ProjectRepository();
  user.write("a.txt", "one\n");
  const time = new Date(Date.now() - 60_000);
  utimesSync(join(user.root, "a.txt"), time, time);
  user.git("config", "core.trustctime", "false");
  user.git("add", "a.txt");
  user.git("commit", "--quiet", "-m", "first");
  // As if adding and changing fell into one tick of the clock.
  user.write("a.txt", "two\n");
  utimesSync(join(user.root, "a.txt"), time, time);
  utimesSync(join(user.root, ".git", "index"), time, time);
  const work = await user.open();
  expect(read(work, "a.txt")).toBe("two\n");
});

test("names that are not UTF-8, that look like options or that span lines survive capture and turns", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "--output=x": "1\n", "two\nlines": "2\n", "\u001b[31m": "3\n" });
  Bun.spawnSync(["sh", "-c", `printf x > "$(printf 'caf\\351')"`], { cwd: user.root });
  user.commit("second", {});
  const work = await openUnchanged(user);
  const names = Object.keys(stateOf(work.copy)).sort();
  expect(names).toEqual(["\u001b[31m", "--output=x", "caf\u00e9", "two\nlines"]);
  expect(await keepTurn(work, AGENT)).toBeUndefined();
});

test("a large file that is not committed is left out, and the user is told", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  user.write("dump.bin", new Uint8Array(16 * 1024 * 1024 + 1));
  const work = await openUnchanged(user);
  expect((await hiddenFiles(work)).left).toEqual([
    { path: "dump.bin", why: "it is larger than 16 MiB" },
  ]);
  expect((await readRefs(work.repository)).source).toBeDefined();
});

test("an index that was cut off anywhere, or written over, is refused with what makes it anew", async () => {
  using user = new ProjectRepository("--object-format=sha256");
  user.commit("first", { "a.txt": "one\n", "dir/b.txt": "b\n" });
  const path = join(user.root, ".git", "index");
  const whole = readFileSync(path);
  const cut = [40, 60, 100, whole.length - 1].map((size) => whole.subarray(0, size));
  const written = Buffer.from(whole);
  written.writeUInt8(written.readUInt8(60) ^ 1, 60);
  for (const bytes of [...cut, written]) {
    writeFileSync(path, bytes);
    await expect(user.open()).rejects.toMatchObject({
      code: "INPUT_INVALID",
      remedies: expect.arrayContaining([expect.stringContaining("makes the index anew")]),
    });
  }
  writeFileSync(path, whole);
  expect(read(await user.open(), "a.txt")).toBe("one\n");
});

test("a work tree that holds the home's own files is refused, until Git ignores them", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const state = join(user.root, "its home", ".org");
  const place = await findProject(user.root, join(state, "projects"));
  if (place === undefined) throw new Error("Found no project");
  const { signal } = new AbortController();
  const open = async () => await openWork(place, `project-${place.id}`, { signal });
  user.write("its home/.org/state/journal", "all that was said\n");
  await expect(open()).rejects.toMatchObject({
    code: "INPUT_INVALID",
    why: expect.stringContaining(state),
    remedies: [`echo '/its home/.org/' >> ${join(user.root, ".gitignore")}`, "org --no-project"],
  });
  // The files of other rooms are not all that it keeps.
  user.write(".gitignore", "/its home/.org/projects/\n");
  await expect(open()).rejects.toMatchObject({ code: "INPUT_INVALID" });
  user.write(".gitignore", "/its home/.org/\n");
  const work = await open();
  expect(Object.keys(stateOf(work.copy)).sort()).toEqual([".gitignore", "a.txt"]);
});

test("a clone without the objects of its files is refused, with what fetches them", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", "dir/b.txt": "b\n" });
  user.git("config", "uploadpack.allowFilter", "true");
  const clone = join(user.folder, "clone");
  const source = `file://${user.root}`;
  user.gitIn(user.folder, "clone", "--quiet", "--filter=blob:none", "--sparse", source, clone);
  const before = stateOf(clone);
  await expect(user.open("main", clone)).rejects.toMatchObject({
    code: "INPUT_INVALID",
    why: expect.stringContaining("dir/b.txt"),
    remedies: [`git -C ${clone} fetch --refetch --no-filter`, "org --no-project"],
  });
  expect(stateOf(clone)).toEqual(before);
  user.gitIn(clone, "fetch", "--quiet", "--refetch", "--no-filter");
  expect(read(await user.open("main", clone), "a.txt")).toBe("one\n");
});
