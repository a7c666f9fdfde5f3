/** Ways in which Git reads or writes another place, or tells another history; each works on plain Git. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, lstatSync } from "node:fs";
import { createRepository, openRepository } from "#platform/git/repository.ts";
import { TrickyRepository } from "./tricky-repository.ts";

let repo: TrickyRepository;
beforeEach(() => {
  repo = new TrickyRepository();
});
afterEach(() => repo[Symbol.dispose]());

describe("another place", () => {
  test("a planted file named .git", async () => {
    const [inner, other] = [repo.outside("inner"), repo.outside("other")];
    repo.plainIn(other, ["init", "--quiet"]);
    repo.plainIn(other, ["config", "core.fsmonitor", repo.program()]);
    repo.write(`${inner}/.git`, `gitdir: ${other}/.git\n`);
    repo.plainIn(inner, ["status"]);
    expect(repo.bitten()).toBe(true);
    const { stdout } = await repo.hardened(["log", "--format=%s"], { workTree: inner });
    expect(stdout).toBe("first\n");
    await repo.hardened(["status"], { workTree: inner });
    expect(repo.bitten()).toBe(false);
  });

  test("a work tree that the configuration names", async () => {
    repo.plain("config", "core.worktree", repo.outside("elsewhere"));
    repo.write(repo.outside("elsewhere/private.txt"), "");
    expect(repo.plain("status", "--porcelain")).toContain("private.txt");
    expect((await repo.hardened(["status", "--porcelain"])).stdout).toBe("");
    await expect(openRepository({ gitDir: repo.tree(".git") })).rejects.toMatchObject({
      code: "PROCESS_FAILED",
      why: expect.stringContaining("core.worktree"),
    });
  });

  test("the environment", async () => {
    const environment = {
      GIT_EXTERNAL_DIFF: repo.program(),
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.fsmonitor",
      GIT_CONFIG_VALUE_0: repo.program(),
    };
    repo.change("a.txt");
    for (const command of ["diff", "status"]) {
      repo.plainIn(repo.tree(), [command], environment);
      expect(repo.bitten()).toBe(true);
      Object.assign(Bun.env, environment);
      const { exitCode } = await repo.hardened([command]);
      for (const name of Object.keys(environment)) delete Bun.env[name];
      expect([exitCode, repo.bitten()]).toEqual([0, false]);
    }
  });

  test("the configuration of the user", async () => {
    repo.write(repo.outside(".gitconfig"), `[core]\n\tfsmonitor = ${repo.program()}\n`);
    repo.plain("status");
    expect(repo.bitten()).toBe(true);
    await repo.hardened(["status"]);
    expect(repo.bitten()).toBe(false);
  });

  test("a file for the output", async () => {
    const target = repo.outside("target");
    repo.change("a.txt");
    const { stderr } = await repo.hardened(["diff", `--output=${target}`]);
    expect(stderr).toStartWith('fatal: org does not run "git diff" with --output=');
    expect(existsSync(target)).toBe(false);
    repo.plain("diff", `--output=${target}`);
    expect(existsSync(target)).toBe(true);
  });

  test("a protocol that starts a program", async () => {
    const address = `ext::sh -c "${repo.program()}"`;
    repo.plain("-c", "protocol.ext.allow=always", "fetch", address);
    expect(repo.bitten()).toBe(true);
    repo.plain("config", "protocol.ext.allow", "always");
    const { stderr } = await repo.hardened(["fetch", address]);
    expect([stderr, repo.bitten()]).toEqual(["fatal: transport 'ext' not allowed\n", false]);
  });

  test("another repository of this machine, unless it is allowed", async () => {
    const id = repo.head;
    const place = { gitDir: repo.outside("gate.git"), workTree: undefined };
    await createRepository(place);
    const args = ["fetch", "--no-tags", repo.tree(), id];
    const { stderr } = await repo.hardened(args, place);
    expect(stderr).toBe("fatal: transport 'file' not allowed\n");
    const { exitCode } = await repo.hardened(args, { ...place, protocols: ["file"] });
    expect(exitCode).toBe(0);
  });

  test("a link in a tree, which becomes a file", async () => {
    repo.write(repo.outside("target"), "/etc/passwd");
    const id = repo.plain("hash-object", "-w", repo.outside("target")).trim();
    repo.plain("update-index", "--add", "--cacheinfo", `120000,${id},link`);
    await repo.hardened(["checkout", "--", "link"]);
    expect(lstatSync(repo.tree("link")).isFile()).toBe(true);
    repo.plain("checkout", "--", "link");
    expect(lstatSync(repo.tree("link")).isSymbolicLink()).toBe(true);
  });

  test("a spelling of .git that other file systems take for .git", async () => {
    for (const name of [".g\u200cit", "git~1"]) {
      const line = `100644 blob ${repo.plain("rev-parse", "HEAD:a.txt").trim()}\t${name}\n`;
      const { stdout: tree } = await repo.hardened(["mktree"], {}, line);
      const { exitCode, stderr } = await repo.hardened(["read-tree", tree.trim()]);
      expect([exitCode, stderr]).toEqual([128, expect.stringContaining("invalid path")]);
      repo.plain("-c", "core.protectNTFS=false", "read-tree", tree.trim());
      expect(repo.plain("ls-files", "-z")).toBe(`${name}\0`);
    }
  });

  test("a path that is a pattern", async () => {
    repo.commit("star", { "*": "star\n" });
    expect(repo.plain("ls-files", "--", "*")).toBe("*\na.txt\n");
    expect((await repo.hardened(["ls-files", "--", "*"])).stdout).toBe("*\n");
  });
});

describe("another history", () => {
  test("a replaced object", async () => {
    const real = repo.head;
    repo.commit("fake", {});
    repo.plain("replace", real, repo.head);
    expect(repo.plain("log", "-1", "--format=%s", real)).toBe("fake\n");
    expect((await repo.hardened(["log", "-1", "--format=%s", real])).stdout).toBe("first\n");
  });

  test("a graft", async () => {
    repo.commit("second", {});
    repo.write(repo.tree(".git/info/grafts"), `${repo.head}\n`);
    expect(repo.plain("log", "--format=%s")).toBe("second\n");
    const { stdout, stderr } = await repo.hardened(["log", "--format=%s"]);
    expect([stdout, stderr]).toEqual(["second\nfirst\n", ""]);
  });

  test("another name for an author", async () => {
    repo.commit("mailmap", { ".mailmap": "Trusted <a@example.invalid> <test@example.invalid>\n" });
    expect(repo.plain("log", "-1")).toContain("Author: Trusted");
    expect((await repo.hardened(["log", "-1"])).stdout).toContain("Author: test");
  });

  test("colours that hide a line", async () => {
    repo.plain("config", "color.ui", "always");
    expect(repo.plain("log", "-1")).toContain("\u001b[");
    expect((await repo.hardened(["log", "-1"])).stdout).not.toContain("\u001b[");
  });
});
