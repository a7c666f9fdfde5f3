/** The user's hooks at the gate of a project: real Git, the real sandbox, a scripted model. */
import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { testHome } from "./org-process.ts";
import { type ProjectRepository, repositoryOf } from "./project-repository.ts";
import { call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

const FILES = { "a.txt": "one\n", Makefile: "check:\n\ttrue\n" };

const TWO = { path: "a.txt", search: "one", replace: "two" };

function hook(repository: ProjectRepository, path: string, script: string): void {
  mkdirSync(join(repository.root, path, ".."), { recursive: true });
  repository.write(path, `#!/bin/sh\n${script}\n`);
  chmodSync(join(repository.root, path), 0o755);
}

/** A room that made `two` of `one` in a.txt, and `org` on it. */
async function changed(repository: ProjectRepository, change: object = TWO) {
  const parts = new AsyncDisposableStack();
  const edit = call("edit_file", change);
  const server = parts.use(scriptedServer([edit, say("Done.")]));
  const home = parts.use(await testHome());
  const org = async (...args: readonly string[]) =>
    await home.run([...args, "--project", repository.root], { url: server.url });
  await org("ask", "Make it two.");
  return { org, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

test("hooks run once they are allowed, in the sandbox, on what would be committed", async () => {
  using repository = repositoryOf(FILES);
  const outside = join(repository.folder, "outside");
  // What they see is the staged change on the user's branch, and what they write is gone.
  hook(
    repository,
    ".git/hooks/pre-commit",
    `git diff --cached --name-only; git symbolic-ref HEAD; git log --oneline | wc -l; git config user.name
     touch ${outside} new 2>/dev/null; git add new; echo changed >> a.txt; git status --short; exit 3`,
  );
  await using there = await changed(repository);
  const before = repository.state();
  const refused = await there.org("project", "checks", "--hooks", "on");
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout).toContain(String.raw`a.txt\nrefs/heads/main\n1\nAda\nMM a.txt\nA  new"`);
  expect(refused.stdout).toContain("✘ hooks  Your hook pre-commit refuses it, exit 3 after ");
  expect(refused.stdout).toEndWith("✘ The gate refuses it.\n");
  expect((await there.org("project")).stdout).toContain("hooks       yours judge each change");
  expect(await there.org("project", "promote")).toMatchObject({ exitCode: 1 });
  expect(repository.state()).toEqual(before);
  expect(existsSync(outside)).toBeFalse();

  hook(repository, ".git/hooks/pre-commit", "exit 0");
  hook(repository, ".git/hooks/commit-msg", 'grep -q "^fix: " "$1" || { echo no type; exit 1; }');
  const untyped = await there.org("project", "promote");
  expect(untyped.exitCode).toBe(1);
  expect(untyped.stdout).toContain('no type"; --title "TEXT" gives the commit another message');
  const merged = await there.org("project", "promote", "--title", "fix: make it two");
  expect(merged).toMatchObject({ exitCode: 0 });
  expect(merged.stdout).toContain("· hooks  Your hook commit-msg passes");
  expect(repository.git("show", "HEAD:a.txt")).toBe("two\n");
});

test("a user is told once that hooks did not run, and nothing of them ran", async () => {
  using repository = repositoryOf(FILES);
  const outside = join(repository.folder, "outside");
  hook(repository, ".git/hooks/pre-merge-commit", `touch ${outside}; exit 1`);
  await using there = await changed(repository);
  const merged = await there.org("project", "promote");
  expect(merged.exitCode).toBe(0);
  expect(merged.stderr).toContain("Your hooks did not run: pre-merge-commit.");
  expect(existsSync(outside)).toBeFalse();
});

test.each(["husky", "linked"])(
  "hooks among the files count as the user has them: %s",
  async (kind) => {
    using repository = repositoryOf({ ...FILES, ".gitignore": "tools/_/\n", "tools/h.sh": "" });
    hook(repository, "tools/h.sh", "echo from the file; exit 1");
    repository.commit("hook", {});
    if (kind === "husky") {
      hook(repository, "tools/_/pre-commit", 'exec sh "$(dirname "$0")/../h.sh"');
      repository.git("config", "core.hooksPath", "tools/_");
    } else {
      mkdirSync(join(repository.root, ".git/hooks"), { recursive: true });
      symlinkSync("../../tools/h.sh", join(repository.root, ".git/hooks/pre-commit"));
    }
    await using there = await changed(repository);
    const { exitCode, stdout } = await there.org("project", "checks", "--hooks", "on");
    expect(stdout).toContain(': "from the file"');
    expect(exitCode).toBe(1);
  },
);

test("a change of the file that a hook is, is held for its user", async () => {
  using repository = repositoryOf({ ...FILES, "tools/h.sh": "" });
  hook(repository, "tools/h.sh", "exit 1");
  repository.commit("hook", {});
  mkdirSync(join(repository.root, ".git/hooks"), { recursive: true });
  symlinkSync("../../tools/h.sh", join(repository.root, ".git/hooks/pre-commit"));
  const weakened = { path: "tools/h.sh", search: "exit 1", replace: "exit 0" };
  await using there = await changed(repository, weakened);
  const { stdout } = await there.org("project", "checks", "--hooks", "on");
  expect(stdout).toContain("· hooks  Your hook pre-commit passes");
  expect(stdout).toContain("tools/h.sh");
  expect(stdout).toEndWith("◐ The gate holds it for your decision.\n");
});
