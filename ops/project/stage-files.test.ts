import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { ProjectRepository } from "#test/project-repository.ts";
import { type StageLimits, stageFiles } from "./stage-files.ts";

const LIMITS: StageLimits = {
  ...{ fileBytes: 1000, newFiles: 10, totalBytes: 10_000 },
  judgesLinks: true,
};

/** The limits, of which one is read when every file was looked at and Git has none of them yet. */
function limitsThat(act: () => void): StageLimits {
  return {
    ...LIMITS,
    get totalBytes() {
      act();
      return LIMITS.totalBytes;
    },
  };
}

test("a file that vanishes once it was looked at is none, and the others are taken over", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "known.txt": "one\n", "stays.txt": "s\n", "dir/c.txt": "c\n" });
  const { repository, copy } = await user.open();
  for (const name of ["known.txt", "stays.txt", "dir/c.txt"]) {
    writeFileSync(join(copy, name), "changed\n");
  }
  for (const name of ["new.txt", ".new.txt.swp"]) writeFileSync(join(copy, name), "new\n");
  const limits = limitsThat(() => {
    rmSync(join(copy, ".new.txt.swp"));
    rmSync(join(copy, "known.txt"));
    // A folder that became a file is gone, too.
    rmSync(join(copy, "dir"), { recursive: true });
    writeFileSync(join(copy, "dir"), "a file now\n");
  });
  expect(await stageFiles(repository, limits)).toEqual([]);
  const staged = await gitText(repository, ["ls-files", "--stage"]);
  expect(staged.split("\n").map((line) => line.split("\t")[1])).toEqual(["new.txt", "stays.txt"]);
  expect(await gitText(repository, ["show", ":stays.txt"])).toBe("changed");
  // Nothing is lost: the next look finds it.
  expect(await stageFiles(repository, LIMITS)).toEqual([]);
  expect(await gitText(repository, ["show", ":dir"])).toBe("a file now");
});

test("a new file that vanishes before it is looked at is not named as one that is left out", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const { repository, copy } = await user.open();
  writeFileSync(join(copy, "new.txt"), "new\n");
  const limits: StageLimits = {
    ...LIMITS,
    // Read between the listing and the first look.
    get newFiles() {
      rmSync(join(copy, "new.txt"));
      return LIMITS.newFiles;
    },
  };
  expect(await stageFiles(repository, limits)).toEqual([]);
});
