/** `org` on repositories that a room cannot open, or that nothing can be merged into now: it says what to do. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Attack, attack, refused, settle, unchanged } from "./project-attack.ts";

// Two cases run at once; the others wait for their turn.
setDefaultTimeout(600_000);

/** The other commit of a conflict about `dir/b.txt`, on the branch `other`. */
function diverged({ user }: Attack): void {
  user.git("checkout", "--quiet", "-b", "other");
  user.commit("theirs", { "dir/b.txt": "theirs\n" });
  user.git("checkout", "--quiet", "main");
  user.commit("ours", { "dir/b.txt": "ours\n" });
}

/** Files that are as the user left them, by what the repository is in the middle of. */
const REFUSED: Readonly<
  Record<string, readonly [prepare: (it: Attack) => void, ...words: string[]]>
> = {
  "a detached HEAD": [
    ({ user }) => void user.git("checkout", "--quiet", "--detach"),
    "No branch is checked out",
    "→ git switch BRANCH",
  ],
  "a merge with conflicts": [
    (it) => {
      diverged(it);
      expect(() => it.user.git("merge", "other")).toThrow();
    },
    '1 file has conflicts, such as "dir/b.txt"',
    "status   # finish it or abort it, then start org again",
  ],
  "a merge that waits for its commit": [
    (it) => {
      diverged(it);
      it.user.git("merge", "--quiet", "--no-commit", "--strategy=ours", "other");
    },
    "A merge is in progress",
    "→ git merge --abort",
  ],
  "a rebase that waits for an edit": [
    (it) => {
      diverged(it);
      const editor = "sequence.editor=sed -i 1s/pick/edit/";
      it.user.git("-c", editor, "rebase", "--quiet", "--interactive", "HEAD~1");
    },
    "A rebase is in progress",
    "→ git rebase --continue",
  ],
  "a cherry-pick that is resolved": [
    (it) => {
      diverged(it);
      expect(() => it.user.git("cherry-pick", "other")).toThrow();
      it.user.write("dir/b.txt", "resolved\n");
      it.user.git("add", "dir/b.txt");
    },
    "A cherry-pick is in progress",
    "→ git cherry-pick --continue",
  ],
  "the lock of another Git": [
    ({ user }) => user.write(".git/index.lock", ""),
    "Another program works on the index",
    "→ wait for your other git command to end",
  ],
  "a file that Git is told not to look at": [
    ({ user }) => void user.git("update-index", "--assume-unchanged", "a.txt"),
    "Git was told not to look at files",
    "→ git update-index --no-assume-unchanged",
  ],
  "another work tree in its configuration": [
    ({ user }) => void user.git("config", "core.worktree", "/etc"),
    "names another work tree (core.worktree)",
    "config --unset core.worktree",
  ],
};

/** What Git cannot read, or a promotion cannot write. */
const BROKEN: Readonly<
  Record<string, readonly [prepare: (it: Attack) => void, ...words: string[]]>
> = {
  "an index that something else wrote": [
    ({ user }) => user.write(".git/index", "no index at all, but long enough for one\n"),
    "A room cannot work on",
    ".git/index.bad && git -C",
  ],
  "an index that was cut off": [
    ({ user }) => truncateSync(join(user.root, ".git/index"), 60),
    "A room cannot work on",
    ".git/index.bad && git -C",
  ],
  "an index that may not be read": [
    ({ user }) => chmodSync(join(user.root, ".git/index"), 0),
    "A room cannot work on",
    "# what you may not read: chmod u+r",
  ],
  "a configuration with an error": [
    ({ user }) => user.write(".git/config", "[core\nrubbish"),
    "Git cannot read the repository of",
    "bad config line 1",
  ],
  "a HEAD that names nothing": [
    ({ user }) => user.write(".git/HEAD", "rubbish\n"),
    "Git cannot read the repository of",
    "status   # fails likewise until what it names is mended",
  ],
  "a branch that names no commit": [
    ({ user }) => user.write(".git/refs/heads/main", ""),
    "A room cannot work on",
    "status   # fails likewise until that is mended",
  ],
  "a repository that may not be written": [
    ({ user }) => chmodSync(join(user.root, ".git"), 0o555),
    "Folders of your repository may not be written",
    "→ chmod u+w",
  ],
  "no right to write a branch": [
    ({ user }) => chmodSync(join(user.root, ".git/refs/heads"), 0o555),
    "Folders of your repository may not be written",
    "/.git/refs/heads",
  ],
  "no right to write a changed file": [
    ({ user }) => chmodSync(user.root, 0o555),
    "Folders of your repository may not be written",
    "→ chmod u+w",
  ],
};

describe.concurrent("a promotion says what to do, and changes no byte, where there is", () => {
  test.each(Object.entries(BROKEN))("%s", async (_, [prepare, ...words]) => {
    await using it = await attack();
    it.obeysModes = true;
    await settle(it.home, it.user.root);
    prepare(it);
    try {
      await refused(it, words);
    } finally {
      for (const name of ["", ".git", ".git/refs/heads"])
        chmodSync(join(it.user.root, name), 0o755);
    }
  });

  test.each(Object.entries(REFUSED))("%s", async (_, [prepare, ...words]) => {
    await using it = await attack();
    prepare(it);
    await settle(it.home, it.user.root);
    await refused(it, words);
  });
});

test.concurrent("where the home may not be written, a room says so", async () => {
  await using it = await attack();
  it.obeysModes = true;
  chmodSync(it.home.path, 0o555);
  try {
    await refused(it, ["Could not write", "→ give yourself write permission on the folder"]);
  } finally {
    chmodSync(it.home.path, 0o755);
  }
});

test.concurrent("a room works before the first commit, and says that a candidate needs one", async () => {
  await using it = await attack();
  const { user } = it;
  const root = join(user.folder, "unborn");
  mkdirSync(root);
  user.gitIn(root, "init", "--quiet");
  user.write("a.txt", "one\n", root);
  user.gitIn(root, "config", "user.name", "Ada");
  user.gitIn(root, "config", "user.email", "ada@example.invalid");
  await settle(it.home, root);
  await refused(it, ["has no commit yet", "→ git add FILES && git commit"], { root });
  expect(it.server.requests).toHaveLength(0);
  const asked = await unchanged(it, () => it.org("ask", "--project", root, "Change it."), root);
  expect(asked.stderr).toContain("1 file +1 −1");
  expect(asked.stderr).toContain("had no commit yet when the room began");
});

describe.concurrent("no room opens, and no byte changes,", () => {
  test("on a bare repository", async () => {
    await using it = await attack();
    const root = join(it.user.folder, "bare.git");
    it.user.gitIn(it.user.folder, "clone", "--quiet", "--bare", it.user.root, root);
    await refused(it, ["is a bare repository", `→ git clone ${root} WORK_TREE`], { root });
    expect(it.server.requests).toHaveLength(0);
  });

  test("on a repository that has the home of org among its files", async () => {
    await using it = await attack();
    const { user, home } = it;
    const inner = join(user.root, "home");
    renameSync(home.path, inner);
    symlinkSync(inner, home.path);
    const ran = await it.org("ask", "--project", user.root, "Change it.");
    expect(ran).toMatchObject({
      exitCode: 65,
      stderr: expect.stringContaining(`→ echo /home/.org/ >> ${user.root}/.gitignore`),
    });
    expect(it.server.requests).toHaveLength(0);
  });
});

test.concurrent("a repository of another user is read, and written only where Git is told to trust it", async () => {
  await using it = await attack();
  const { user, home, server } = it;
  await settle(home, user.root);
  // Git's own way to test this without another user.
  const environment = { GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };
  const org = async (...args: readonly string[]) =>
    await home.run([...args, "--project", user.root], { url: server.url, environment });
  const refusal = {
    exitCode: 1,
    stderr: expect.stringContaining(`→ git config --global --add safe.directory ${user.root}`),
  };
  // Before the model: its time would be lost.
  const early = await unchanged(it, () => org("ask", "Change it.", "--promote"));
  expect(early).toMatchObject(refusal);
  expect(server.requests).toHaveLength(0);
  const asked = await unchanged(it, () => org("ask", "Change it."));
  expect(asked).toMatchObject({ ...refusal, stdout: "Done.\n" });
  expect(await unchanged(it, () => org("project", "promote"))).toMatchObject(refusal);
  writeFileSync(join(home.path, ".gitconfig"), `[safe]\n\tdirectory = ${user.root}\n`);
  expect(await org("project", "promote")).toMatchObject({ exitCode: 0 });
});
