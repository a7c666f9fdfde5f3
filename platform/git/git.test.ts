import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, realpathSync } from "node:fs";
import { TrickyRepository } from "#test/tricky-repository.ts";
import { gitRaw, gitText } from "./raw.ts";
import { createRepository, locateCheckout, openCheckout, openRepository } from "./repository.ts";

let repo: TrickyRepository;
beforeEach(() => {
  repo = new TrickyRepository();
});
afterEach(() => repo[Symbol.dispose]());

const open = () => openRepository({ gitDir: repo.tree(".git"), workTree: repo.tree() });

describe("git", () => {
  test("reads and commits by the identity that it is given", async () => {
    const identity = { name: "org", email: "org@example.invalid" };
    const place = { gitDir: repo.tree(".git"), workTree: repo.tree(), identity };
    const checkout = await openRepository(place);
    repo.write(repo.tree("b.txt"), "two\n");
    await gitText(checkout, ["add", "b.txt"]);
    await gitText(checkout, ["commit", "--quiet", "--message=second"]);
    const log = await gitText(checkout, ["log", "--format=%s by %an <%ae>"]);
    expect(log.split("\n")[0]).toBe("second by org <org@example.invalid>");
    expect(await gitText(checkout, ["status", "--porcelain"])).toBe("");
    expect(await gitText(checkout, ["diff", "--stat", "HEAD~1"])).toContain("b.txt | 1 +");
  });

  test("refuses what is not known to be harmless as Git refuses what it cannot do", async () => {
    const checkout = await open();
    await expect(gitRaw(checkout, ["daemon"])).rejects.toMatchObject({
      code: "PROCESS_FAILED",
      message: '"git daemon" failed with exit code 128',
      why: 'fatal: org does not run "git daemon"',
    });
    const { exitCode, stderr } = await gitRaw(checkout, ["diff", "--ext-diff"], {
      exitCodes: [128],
    });
    expect(exitCode).toBe(128);
    expect(stderr).toBe('fatal: org does not run "git diff" with --ext-diff\n');
  });

  test("does not enter a submodule, and reads in a repository that has one", async () => {
    repo.plain(
      "-c",
      "protocol.file.allow=always",
      "submodule",
      "--quiet",
      "add",
      repo.tree(),
      "sub",
    );
    const { exitCode, stderr } = await repo.hardened(["checkout", "HEAD"]);
    expect(exitCode).toBe(128);
    expect(stderr).toBe('fatal: org does not run "git checkout" in a repository with submodules\n');
    expect((await repo.hardened(["ls-files"])).stdout).toContain("sub\n");
  });

  test("no identity is the author by accident", async () => {
    const { stderr, exitCode } = await repo.hardened(["commit", "--allow-empty", "--message=x"]);
    expect(exitCode).toBe(128);
    expect(stderr).toContain("Author identity unknown");
  });
});

describe("gitRaw", () => {
  test("takes input and returns bytes", async () => {
    const content = Uint8Array.of(0, 255, 10);
    const repository = await open();
    const id = await gitText(repository, ["hash-object", "-w", "--stdin"], { stdin: content });
    const { stdout } = await gitRaw(repository, ["cat-file", "blob", id]);
    expect(new Uint8Array(stdout)).toEqual(content);
  });

  test("an exit code is an answer where the caller says so, else a failure with Git's words", async () => {
    const repository = await open();
    const args = ["show-ref", "--verify", "--quiet", "refs/heads/none"];
    expect((await gitRaw(repository, args, { exitCodes: [0, 1] })).exitCode).toBe(1);
    await expect(gitRaw(repository, ["cat-file", "-e", "no such"])).rejects.toMatchObject({
      code: "PROCESS_FAILED",
      message: '"git cat-file -e "no such"" failed with exit code 128',
      why: "fatal: Not a valid object name no such",
    });
  });

  test("an abort is not a failure of Git", async () => {
    const repository = await open();
    const stop = new AbortController();
    const running = gitRaw(repository, ["cat-file", "--batch"], { stdin: "", signal: stop.signal });
    stop.abort(new Error("the user cancelled it"));
    await expect(running).rejects.toThrow("the user cancelled it");
    await expect(gitRaw(repository, ["version"], { signal: stop.signal })).rejects.toThrow(
      "the user cancelled it",
    );
  });

  test("is ended when it writes too much", async () => {
    const repository = await open();
    const stdin = "x".repeat(300_000);
    const id = await gitText(repository, ["hash-object", "-w", "--stdin"], { stdin });
    await expect(
      gitRaw(repository, ["cat-file", "blob", id], { maxBytes: 1000 }),
    ).rejects.toMatchObject({ message: expect.stringContaining("wrote more than 1000 bytes") });
  });

  test("does not write to a checkout that it only reads", async () => {
    const repository = await open();
    const before = Bun.file(repo.tree(".git/index")).lastModified;
    repo.change("a.txt");
    await gitRaw(repository, ["status"]);
    expect(Bun.file(repo.tree(".git/index")).lastModified).toBe(before);
    expect(readdirSync(repo.tree(".git"))).not.toContain("index.lock");
  });
});

describe("a repository is found", () => {
  test("in the folder .git of a checkout", async () => {
    expect(await locateCheckout(repo.tree())).toEqual({
      gitDir: repo.tree(".git"),
      workTree: repo.tree(),
    });
  });

  test("from a linked work tree, which it knows in turn", async () => {
    const linked = repo.outside("linked");
    await gitRaw(await open(), ["worktree", "add", "--quiet", "-b", "cand/1", linked]);
    const repository = await openCheckout(linked);
    expect(repository.gitDir).toBe(realpathSync(repo.tree(".git/worktrees/linked")));
    expect(await gitText(repository, ["rev-parse", "--abbrev-ref", "HEAD"])).toBe("cand/1");
    expect(await gitText(repository, ["status", "--porcelain"])).toBe("");
  });

  test("from a submodule, and from where its configuration says that its files are", async () => {
    const from = repo.tree();
    repo.plain("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", from, "sub");
    const sub = await openCheckout(repo.tree("sub"));
    expect(sub.gitDir).toBe(repo.tree(".git/modules/sub"));
    expect(await gitText(sub, ["status", "--porcelain"])).toBe("");

    const elsewhere = repo.outside("elsewhere.git");
    repo.plain("init", "--quiet", `--separate-git-dir=${elsewhere}`, repo.outside("files"));
    const files = repo.outside("files");
    const settle = ["--git-dir", elsewhere, "config", "core.worktree", files];
    await expect(locateCheckout(files)).rejects.toMatchObject({
      remedies: expect.arrayContaining([
        expect.stringContaining(`git --git-dir=${elsewhere} config core.worktree ${files}`),
      ]),
    });
    repo.plain(...settle);
    expect((await openCheckout(files)).gitDir).toBe(elsewhere);
  });

  test("but not through a file .git that was planted", async () => {
    const [planted, linked] = [repo.outside("planted"), repo.outside("linked")];
    repo.plain("worktree", "add", "--quiet", "-b", "x", linked);
    for (const [gitDir, why] of [
      [repo.tree(".git"), "does not know it"],
      [repo.tree(".git/worktrees/linked"), "does not know it"],
      ["../nowhere", "does not know it"],
    ]) {
      repo.write(`${planted}/.git`, `gitdir: ${gitDir}\n`);
      await expect(locateCheckout(planted)).rejects.toMatchObject({
        code: "PROCESS_FAILED",
        why: expect.stringContaining(String(why)),
      });
    }
    repo.write(`${planted}/.git`, "something else");
    await expect(openCheckout(planted)).rejects.toMatchObject({
      why: "Its file .git names no repository.",
    });
  });

  test("nowhere in a plain folder, also below a checkout", async () => {
    mkdirSync(repo.tree("folder"));
    await expect(openCheckout(repo.tree("folder"))).rejects.toMatchObject({
      message: expect.stringContaining("is not a git repository"),
      remedies: expect.arrayContaining([
        expect.stringContaining(`git -C ${repo.tree("folder")} init`),
      ]),
    });
    await expect(openRepository({ gitDir: repo.tree("folder") })).rejects.toMatchObject({
      code: "PROCESS_FAILED",
      why: expect.stringContaining("not a git repository"),
    });
  });
});

test("a new repository has no work tree, no hooks and the branch main", async () => {
  const repository = await createRepository({ gitDir: repo.outside("gate.git") });
  expect(await gitText(repository, ["symbolic-ref", "HEAD"])).toBe("refs/heads/main");
  expect(await gitText(repository, ["config", "core.bare"])).toBe("true");
  expect(readdirSync(repo.outside("gate.git"))).not.toContain("hooks");
});
