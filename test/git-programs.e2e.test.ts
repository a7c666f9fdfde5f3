/** Ways in which a repository makes Git run a program; each is shown to work on plain Git. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { TrickyRepository } from "./tricky-repository.ts";

let repo: TrickyRepository;
beforeEach(() => {
  repo = new TrickyRepository();
});
afterEach(() => repo[Symbol.dispose]());

/** Runs one command by plain Git, which must fall for the trick, and by ours, which must not. */
async function expectOnlyPlainBitten(
  args: readonly string[],
  prepare: () => void = () => undefined,
): Promise<void> {
  prepare();
  repo.plain(...args);
  expect(repo.bitten()).toBe(true);
  prepare();
  await repo.hardened(args);
  expect(repo.bitten()).toBe(false);
}

describe("a configuration names", () => {
  test("hooks, in a folder of its own", async () => {
    repo.program(repo.outside("hooks/pre-commit"));
    repo.plain("config", "core.hooksPath", repo.outside("hooks"));
    await expectOnlyPlainBitten(["commit", "--allow-empty", "--message=x"]);
  });

  test("hooks, where Git looks for them by itself", async () => {
    repo.program(repo.tree(".git/hooks/post-checkout"));
    await expectOnlyPlainBitten(["checkout", "--quiet", "main"]);
    repo.program(repo.tree(".git/hooks/reference-transaction"));
    await expectOnlyPlainBitten(["update-ref", "refs/heads/x", "HEAD"], () =>
      repo.plain("-c", "core.hooksPath=/dev/null", "update-ref", "-d", "refs/heads/x"),
    );
  });

  test("a file system monitor", async () => {
    repo.plain("config", "core.fsmonitor", repo.program());
    await expectOnlyPlainBitten(["status"]);
  });

  test("a filter for reading files", async () => {
    // With "=" in its name, which `git -c` could not switch off.
    repo.commit("attributes", { ".gitattributes": "* filter=a=b\n", "b.txt": "one\n" });
    repo.plain("config", "filter.a=b.clean", repo.program(undefined, true));
    repo.plain("config", "filter.a=b.required", "true");
    await expectOnlyPlainBitten(["status"], () => repo.change("b.txt"));
    await expectOnlyPlainBitten(["add", "b.txt"], () => repo.change("b.txt"));
  });

  test("a filter for writing files, in a file that the configuration includes", async () => {
    repo.commit("attributes", { ".gitattributes": "* filter=evil\n", "b.txt": "one\n" });
    const evil = repo.program(undefined, true);
    repo.write(repo.outside("more"), `[filter "evil"]\n\tsmudge = ${evil}\n`);
    repo.plain("config", "include.path", repo.outside("more"));
    await expectOnlyPlainBitten(["checkout", "--", "b.txt"], () => rmSync(repo.tree("b.txt")));
  });

  test("a converter to text", async () => {
    repo.commit("attributes", { ".gitattributes": "* diff=evil\n", "b.txt": "one\n" });
    repo.plain("config", "diff.evil.textconv", repo.program());
    repo.change("b.txt");
    await expectOnlyPlainBitten(["diff"]);
    await expectOnlyPlainBitten(["log", "-p"]);
    await expectOnlyPlainBitten(["show"]);
    await expectOnlyPlainBitten(["blame", "b.txt"]);
  });

  test("another diff, for all files or by attribute", async () => {
    repo.plain("config", "diff.external", repo.program());
    repo.change("a.txt");
    await expectOnlyPlainBitten(["diff"]);
    repo.plain("config", "--unset", "diff.external");
    repo.commit("attributes", { ".gitattributes": "* diff=evil\n" });
    repo.plain("config", "diff.evil.command", repo.program());
    repo.change("a.txt");
    await expectOnlyPlainBitten(["diff"]);
  });

  test("a merge driver, in whose place there is a conflict", async () => {
    repo.commit("attributes", { ".gitattributes": "* merge=evil\n" });
    repo.plain("config", "merge.evil.driver", repo.program());
    repo.plain("checkout", "--quiet", "-b", "other");
    repo.commit("theirs", { "a.txt": "theirs\n" });
    repo.plain("checkout", "--quiet", "main");
    repo.commit("ours", { "a.txt": "ours\n" });
    const ours = repo.head;
    const place = { identity: { name: "test", email: "test@example.invalid" } };
    repo.plain("merge", "other");
    expect(repo.bitten()).toBe(true);
    repo.plain("reset", "--quiet", "--hard", ours);
    const { exitCode, stdout } = await repo.hardened(["merge", "other"], place);
    expect(repo.bitten()).toBe(false);
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining("Merge conflict in a.txt")]);
  });

  test("an alias", async () => {
    repo.plain("config", "alias.hello", `!${repo.program()}`);
    await expectOnlyPlainBitten(["hello"]);
    expect((await repo.hardened(["hello"])).stderr).toBe('fatal: org does not run "git hello"\n');
  });

  test("a checker of signatures", async () => {
    repo.plain("config", "gpg.program", repo.program());
    repo.plain("config", "log.showSignature", "true");
    const signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----\n\n";
    const signed = repo.plain("cat-file", "commit", "HEAD").replace("\n\n", `\n${signature}`);
    repo.write(repo.outside("signed"), signed);
    const id = repo.plain("hash-object", "-t", "commit", "-w", repo.outside("signed")).trim();
    await expectOnlyPlainBitten(["log", "-1", id]);
  });

  test("an editor", async () => {
    repo.plain("config", "core.editor", repo.program());
    await expectOnlyPlainBitten(["commit", "--allow-empty"]);
  });

  test("the program at the other end of a fetch", async () => {
    repo.plain("remote", "add", "near", repo.tree());
    repo.plain("config", "remote.near.uploadpack", repo.program());
    repo.plain("fetch", "near");
    expect(repo.bitten()).toBe(true);
    expect((await repo.hardened(["fetch", "near"], { protocols: ["file"] })).exitCode).toBe(0);
    expect(repo.bitten()).toBe(false);
  });
});

test("a submodule has a configuration of its own, and .gitmodules says to look into it", async () => {
  const inner = repo.tree("inner");
  repo.write(repo.tree("inner/x"), "one\n");
  repo.write(repo.tree("inner/.gitattributes"), "* filter=evil\n");
  repo.plainIn(inner, ["init", "--quiet"]);
  repo.plainIn(inner, ["add", "."]);
  repo.plainIn(inner, ["commit", "--quiet", "--message=inner"]);
  repo.plainIn(inner, ["config", "filter.evil.clean", repo.program(undefined, true)]);
  const modules = '[submodule "inner"]\n\tpath = inner\n\turl = ./inner\n\tignore = none\n';
  repo.commit("submodule", { ".gitmodules": modules });
  const change = () => repo.change("inner/x");
  await expectOnlyPlainBitten(["status"], change);
  await expectOnlyPlainBitten(["diff"], change);
  await expectOnlyPlainBitten(["add", "--update"], change);
  // A setting alone does not help, so the wrapper passes an argument.
  change();
  repo.plain("-c", "diff.ignoreSubmodules=all", "status");
  expect(repo.bitten()).toBe(true);
  expect((await repo.hardened(["add", "--update"])).stderr).toBe(
    'fatal: org does not run "git add" in a repository with submodules\n',
  );
});

describe("an argument that looks like an option", () => {
  test("names a program for a fetch", async () => {
    const args = ["fetch", `--upload-pack=${repo.program()}`, "."];
    await expectOnlyPlainBitten(args);
    expect((await repo.hardened(args)).stderr).toStartWith(
      'fatal: org does not run "git fetch" with --upload-pack=',
    );
  });

  test("turns programs on again", async () => {
    for (const option of ["--ext-diff", "--textconv", "--no-index"]) {
      const { exitCode, stderr } = await repo.hardened(["diff", option]);
      expect(exitCode).toBe(128);
      expect(stderr).toBe(`fatal: org does not run "git diff" with ${option}\n`);
    }
  });

  test("is abbreviated", async () => {
    const args = ["fetch", `--upload-pa=${repo.program()}`, "."];
    await expectOnlyPlainBitten(args);
    expect((await repo.hardened(args)).stderr).toContain("disallowed abbreviated");
  });

  test("comes before the command", async () => {
    const args = ["-c", `alias.x=!${repo.program()}`, "x"];
    await expectOnlyPlainBitten(args);
    expect((await repo.hardened(args)).stderr).toBe('fatal: org does not run "git -c"\n');
  });
});
