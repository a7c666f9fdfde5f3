import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { ProjectRepository } from "#test/project-repository.ts";
import { hasChanges, readRefs, workTree } from "./refs.ts";
import { keepTurn } from "./work.ts";

test("what a room's refs say is known also where Git has packed them, and when it changed at once", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const work = await user.open();
  const { repository } = work;
  const first = await readRefs(repository);
  expect([await hasChanges(repository), first.source]).toEqual([
    false,
    user.git("rev-parse", "HEAD").trim(),
  ]);
  await gitText(repository, ["pack-refs", "--all"]);
  expect(await readRefs(repository)).toEqual(first);
  writeFileSync(join(work.copy, "a.txt"), "two\n");
  await keepTurn(work, { persona: "agent", title: "two" });
  const second = await readRefs(repository);
  expect(second).toEqual({ ...first, work: expect.not.stringMatching(first.work) });
  expect(await hasChanges(repository)).toBe(true);
  expect(await workTree(repository)).toBe(
    await gitText(repository, ["rev-parse", "refs/org/work^{tree}"]),
  );
});

test("half of a ref is no commit, and a room without its first one is damaged", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const { repository } = await user.open();
  writeFileSync(join(repository.gitDir, "refs/org/base"), "0123\n");
  const refused = { code: "INPUT_INVALID", unchanged: "Your own repository was not changed." };
  await expect(hasChanges(repository)).rejects.toMatchObject(refused);
});
