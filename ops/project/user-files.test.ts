import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type ProjectRepository, repositoryOf } from "#test/project-repository.ts";
import { UserFiles } from "./user-files.ts";

const FILES = { "a.txt": "one\n", "dir/b.txt": "b\n", ".gitignore": "*.log\nbuilt/\n" };

async function captured(user: ProjectRepository): Promise<UserFiles> {
  const { source, repository } = await user.open();
  const files = new UserFiles({ source, repository }, 0);
  expect(await files.areAsCaptured()).toBe(false);
  await files.whileCapturing(async () => undefined);
  return files;
}

test.each<[string, (user: ProjectRepository) => void]>([
  ["a file that is written", (user) => user.write("dir/b.txt", "two\n")],
  ["a file that is gone", (user) => rmSync(join(user.root, "a.txt"))],
  ["a file in a new folder", (user) => user.write("new/c.txt", "c\n")],
  ["a commit", (user) => void user.git("commit", "--quiet", "--allow-empty", "-m", "second")],
  ["a file that Git forgets", (user) => void user.git("rm", "--quiet", "--cached", "a.txt")],
  ["a setting", (user) => void user.git("config", "core.autocrlf", "input")],
  [
    "a rule of what is ignored",
    (user) => appendFileSync(join(user.root, ".git/info/exclude"), "a.txt\n"),
  ],
])("after %s the user's files are looked at", async (_, change) => {
  using user = repositoryOf(FILES);
  mkdirSync(join(user.root, ".git/info"), { recursive: true });
  const files = await captured(user);
  expect(await files.areAsCaptured()).toBe(true);
  change(user);
  expect(await files.areAsCaptured()).toBe(false);
  // Until they are captured.
  expect(await files.areAsCaptured()).toBe(false);
  await files.whileCapturing(async () => undefined);
  expect(await files.areAsCaptured()).toBe(true);
});

test("what happens while they are captured is looked at the next time", async () => {
  using user = repositoryOf(FILES);
  const files = await captured(user);
  await files.whileCapturing(async () => user.write("a.txt", "two\n"));
  expect(await files.areAsCaptured()).toBe(false);
});

test("what is ignored does not count, nor what Git itself keeps", async () => {
  using user = repositoryOf(FILES);
  user.write("built/out.txt", "1");
  const files = await captured(user);
  user.write("built/out.txt", "2");
  user.write("built/more/out.txt", "2");
  user.git("hash-object", "-w", "a.txt");
  user.write(".git/own", "x");
  expect(await files.areAsCaptured()).toBe(true);
});

test("a capture that fails counts as none, and a small work tree is looked at each time", async () => {
  using user = repositoryOf(FILES);
  const { source, repository } = await user.open();
  const files = new UserFiles({ source, repository }, 0);
  const capture = files.whileCapturing(() => Promise.reject(new Error("full")));
  await expect(capture).rejects.toThrow("full");
  expect(await files.areAsCaptured()).toBe(false);
  const usual = new UserFiles({ source, repository });
  expect([await usual.areMany(), await files.areMany()]).toEqual([false, true]);
  await usual.whileCapturing(async () => undefined);
  expect(await usual.areAsCaptured()).toBe(false);
});
