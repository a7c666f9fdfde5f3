import { expect, test } from "bun:test";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProjectRepository } from "#test/project-repository.ts";
import { makeCandidate } from "./candidate.ts";
import { recapture } from "./recapture.ts";
import { keepTurn } from "./work.ts";

const AGENT = { persona: "agent", title: "change it" };

/** Takes the newest commit off the branch, and every trace of it out of the repository. */
function forget(user: ProjectRepository): void {
  user.git("reset", "--quiet", "--hard", "HEAD~1");
  user.git("reflog", "expire", "--expire=now", "--all");
  user.git("gc", "--quiet", "--prune=now");
}

/** A room that began with a commit that is about to go. */
async function onSecond(user: ProjectRepository, files: Readonly<Record<string, string>>) {
  user.commit("first", { "a.txt": "one\n", "dir/b.txt": "b\n" });
  user.commit("second", files);
  return await user.open();
}

test("a room whose base the user's Git has removed says so, and how to keep its files", async () => {
  using user = new ProjectRepository();
  const work = await onSecond(user, { "c.txt": "c\n" });
  // Every folder of the newest turn is there: only what it began with is gone.
  rmSync(join(work.copy, "c.txt"));
  writeFileSync(join(work.copy, "a.txt"), "two\n");
  await keepTurn(work, AGENT);
  forget(user);
  const error = await user.open().catch((one: unknown) => one);
  expect(error).toMatchObject({
    code: "INPUT_INVALID",
    remedies: [expect.stringContaining("cp -r"), expect.stringContaining("rm -r")],
  });
  expect(String(error)).toContain("cannot be read");
});

test("the same where only the old content of a changed file is gone", async () => {
  using user = new ProjectRepository();
  const work = await onSecond(user, { "dir/b.txt": "of the second\n" });
  writeFileSync(join(work.copy, "dir", "b.txt"), "of the room\n");
  await keepTurn(work, AGENT);
  forget(user);
  await expect(user.open()).rejects.toMatchObject({ code: "INPUT_INVALID" });
});

test("a room that needs nothing of a removed commit goes on", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const work = await user.open();
  writeFileSync(join(work.copy, "a.txt"), "two\n");
  await keepTurn(work, AGENT);
  user.commit("second", { "c.txt": "c\n" });
  forget(user);
  expect((await user.open()).room).toBe(work.room);
});

test("a base that moved while the commit before it was removed, or its folder, is refused with what to do", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const work = await user.open();
  writeFileSync(join(work.copy, "a.txt"), "two\n");
  await keepTurn(work, AGENT);
  user.git("commit", "--quiet", "--amend", "-m", "amended");
  user.git("reflog", "expire", "--expire=now", "--all");
  user.git("gc", "--quiet", "--prune=now");
  const { signal } = new AbortController();
  await expect(recapture(work, { signal })).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringContaining("cannot be read"),
  });
  renameSync(user.root, `${user.root}-moved`);
  await expect(recapture(work, { signal })).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringContaining("is gone"),
  });
  await expect(makeCandidate(work, { title: "two", trailers: {} })).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringContaining("is gone"),
  });
});
