import { expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { ProjectRepository, repositoryOf } from "#test/project-repository.ts";
import { keepFiles, revertTurn } from "./turns.ts";
import { diffOf, keepTurn, type ProjectWork, undoTurn } from "./work.ts";

const AGENT = { persona: "agent", title: "change it" };

async function namesIn({ repository }: ProjectWork): Promise<readonly string[]> {
  const listed = await gitText(repository, ["ls-tree", "-r", "-z", "--name-only", "refs/org/work"]);
  return listed.split("\0").filter((name) => name !== "");
}

test("a turn keeps what it can, and says of everything else why not", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", "pipe.txt": "a file\n" });
  const work = await user.open();
  const at = (name: string) => join(work.copy, name);
  rmSync(at("pipe.txt"));
  Bun.spawnSync(["mkfifo", at("pipe.txt"), at("fifo")]);
  const server = createServer().listen(at("socket"));
  writeFileSync(at("large.bin"), "");
  truncateSync(at("large.bin"), 2 * 1024 ** 3);
  symlinkSync("/etc", at("etc"));
  symlinkSync("../../..", at("up"));
  symlinkSync("a.txt", at("inside"));
  writeFileSync(at(".env.local"), "TOKEN=1\n");
  writeFileSync(at("two\nlines.txt"), "kept\n");
  writeFileSync(at("--option"), "kept\n");
  writeFileSync(at("git~1"), "gitdir: /etc\n");
  const change = await keepTurn(work, AGENT);
  server.close();
  expect(new Map(change?.refused.map(({ path, why }) => [path, why]))).toEqual(
    new Map([
      ["pipe.txt", "it is not a regular file"],
      ["large.bin", "it is larger than 16 MiB"],
      ["etc", "the link leads out"],
      ["up", "the link leads out"],
      [".env.local", "its name is that of a file with secrets"],
      ["git~1", "Git does not allow its name"],
    ]),
  );
  expect(await namesIn(work)).toEqual([
    "--option",
    "a.txt",
    "inside",
    "pipe.txt",
    "two\nlines.txt",
  ]);
  expect(await keepTurn(work, AGENT)).toBeUndefined();
});

test("a repository that a program planted in the copy is not obeyed, and is not a submodule", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", "dir/b.txt": "b\n" });
  const work = await user.open();
  for (const folder of [".", "dir", "planted"]) {
    mkdirSync(join(work.copy, folder), { recursive: true });
    user.gitIn(join(work.copy, folder), "init", "--quiet", "--template=");
    user.gitIn(join(work.copy, folder), "config", "core.fsmonitor", "touch bitten; false");
    user.gitIn(join(work.copy, folder), "config", "core.worktree", "/etc");
  }
  writeFileSync(join(work.copy, "planted", "c.txt"), "c\n");
  writeFileSync(join(work.copy, "planted.git"), "gitdir: /etc\n");
  writeFileSync(join(work.copy, "dir", "b.txt"), "changed\n");
  const change = await keepTurn(work, AGENT);
  expect(await namesIn(work)).toEqual(["a.txt", "dir/b.txt", "planted.git"]);
  expect(change?.refused).toEqual([{ path: "planted/", why: "it is a Git repository of its own" }]);
  expect(existsSync(join(work.copy, "bitten"))).toBe(false);
  expect(await diffOf(work)).not.toContain("Subproject");
});

test("hooks and filters that the copy names are not run", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const work = await user.open();
  const bitten = join(user.folder, "bitten");
  writeFileSync(join(work.copy, ".gitattributes"), "* filter=evil diff=evil merge=evil\n");
  writeFileSync(
    join(work.copy, ".gitconfig"),
    `[filter "evil"]\n  clean = touch ${bitten}\n[diff "evil"]\n  textconv = touch ${bitten}\n`,
  );
  writeFileSync(join(work.copy, "a.txt"), "two\n");
  expect(await keepTurn(work, AGENT)).toMatchObject({ files: 3 });
  await diffOf(work);
  await undoTurn(work);
  expect(existsSync(bitten)).toBe(false);
});

test("a folder that a program filled is left out as a whole, and the other files are kept", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", ".gitignore": "dist/\n" });
  const work = await user.open();
  mkdirSync(join(work.copy, "filled", "deep"), { recursive: true });
  mkdirSync(join(work.copy, "dist"));
  for (let index = 0; index < 10_001; index += 1) {
    writeFileSync(join(work.copy, "filled", "deep", `${index}`), "");
  }
  writeFileSync(join(work.copy, "dist", "out.js"), "built\n");
  writeFileSync(join(work.copy, "new.txt"), "new\n");
  const change = await keepTurn(work, AGENT);
  expect(await namesIn(work)).toEqual([".gitignore", "a.txt", "new.txt"]);
  expect(change?.refused).toEqual([
    { path: "filled/", why: "it has 10001 new files, and 10000 may be new at once" },
  ]);
});

test("a file that replaces a link is a file, and executable bits are kept", async () => {
  using user = new ProjectRepository();
  user.write("a.txt", "one\n");
  symlinkSync("a.txt", join(user.root, "link"));
  user.commit("first", {});
  const work = await user.open();
  rmSync(join(work.copy, "link"));
  writeFileSync(join(work.copy, "link"), "/etc/passwd");
  chmodSync(join(work.copy, "a.txt"), 0o755);
  await keepTurn(work, AGENT);
  const listed = await gitText(work.repository, ["ls-tree", "-r", "refs/org/work"]);
  expect(listed.split("\n").map((line) => line.slice(0, 6))).toEqual(["100755", "100644"]);
  await undoTurn(work);
  expect(readFileSync(join(work.copy, "link"), "utf8")).toBe("one\n");
});

test("what a program writes in the place of a hidden file is refused, and the trees keep the user's", async () => {
  using user = new ProjectRepository();
  const first = user.commit("first", { ".env": "TOKEN=1\n", "a.txt": "one\n" });
  const work = await user.open();
  writeFileSync(join(work.copy, ".env"), "TOKEN=stolen\n");
  expect(await keepTurn(work, AGENT)).toMatchObject({
    files: 0,
    refused: [
      { path: ".env", why: "the project has a file of this name that is hidden from models" },
    ],
  });
  expect(await gitText(work.repository, ["rev-parse", "refs/org/work^{tree}"])).toBe(
    await gitText(work.repository, ["rev-parse", `${first}^{tree}`]),
  );
});

test("undoing a turn removes nothing through a link that a program planted", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const outside = join(user.folder, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "x.txt"), "precious\n");
  const work = await user.open();
  mkdirSync(join(work.copy, "dir"));
  writeFileSync(join(work.copy, "dir", "x.txt"), "x\n");
  await keepTurn(work, AGENT);
  rmSync(join(work.copy, "dir"), { recursive: true });
  symlinkSync(outside, join(work.copy, "dir"));
  await undoTurn(work);
  expect(readFileSync(join(outside, "x.txt"), "utf8")).toBe("precious\n");
});

test("a title and a persona are one line of a commit, whatever is in them", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const work = await user.open();
  writeFileSync(join(work.copy, "a.txt"), "two\n");
  await keepTurn(work, {
    persona: "a <b>\n\u0000c",
    title: "\n\u001b[31m red\nSigned-off-by: Ada",
  });
  const shown = await gitText(work.repository, [
    "log",
    "-1",
    "--format=%an|%ae|%B",
    "refs/org/work",
  ]);
  expect(shown).toBe("a b|a-b-c@org.invalid|[31m red");
});

test("what changed since the newest turn is reverted, and what turns kept stays", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", "b.txt": "b\n", "src/c.txt": "c\n" });
  const work = await user.open();
  const at = (name: string) => join(work.copy, name);
  writeFileSync(at("b.txt"), "kept\n");
  await keepTurn(work, AGENT);
  writeFileSync(at("a.txt"), "two\n");
  writeFileSync(at("new.txt"), "new\n");
  mkdirSync(at("deep/er"), { recursive: true });
  writeFileSync(at("deep/er/new.txt"), "new\n");
  rmSync(at("src"), { recursive: true });
  using held = await work.lock.take({ owner: "agent" });
  await revertTurn(work);
  expect(readFileSync(at("a.txt"), "utf8")).toBe("one\n");
  expect(readFileSync(at("b.txt"), "utf8")).toBe("kept\n");
  expect(readFileSync(at("src/c.txt"), "utf8")).toBe("c\n");
  expect([existsSync(at("new.txt")), existsSync(at("deep"))]).toEqual([false, false]);
  // Nothing is left for a turn to keep.
  expect(await keepFiles(work, AGENT)).toBeUndefined();
  await revertTurn(work);
  expect(await keepFiles(work, AGENT)).toBeUndefined();
  expect(held).toBeDefined();
});

test("a file outside the user's sparse checkout is left out, and the words say what takes it in", async () => {
  using user = repositoryOf({ "src/a.txt": "a\n", "docs/deep/b.txt": "b\n" });
  user.git("sparse-checkout", "set", "src");
  const work = await user.open();
  user.write("docs/deep/b.txt", "other\n", work.copy);
  user.write("docs/new.txt", "new\n", work.copy);
  const change = await keepTurn(work, AGENT);
  expect(change).toMatchObject({ files: 1, added: 1 });
  const why =
    "it is outside your sparse checkout (git sparse-checkout add docs/deep, then /rebase)";
  expect(change?.refused).toEqual([{ path: "docs/deep/b.txt", why }]);
});
