import { expect, test } from "bun:test";
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
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

const MIB = 1024 * 1024;

test.each([
  [
    "a file of just the largest size is taken over, and one of a byte more is not",
    { "full.bin": MIB, "more.bin": MIB + 1 },
    ["full.bin"],
    [{ path: "more.bin", why: "it is larger than 1 MiB" }],
  ],
  [
    "files of just the most bytes are taken over together, and one byte more is not",
    { "1.bin": MIB, "2.bin": MIB, "3.bin": 1, "4.bin": 0 },
    ["1.bin", "2.bin", "4.bin"],
    [{ path: "3.bin", why: "with it there are over 2 MiB" }],
  ],
  [
    "just the most new files are taken over",
    { "a.txt": 1, "dir/1": 1, "dir/2": 1, "dir/3": 1, "dir/4": 1 },
    ["a.txt", "dir/1", "dir/2", "dir/3", "dir/4"],
    [],
  ],
  [
    "of one more the fullest folder is left out as a whole",
    { "a.txt": 1, "dir/1": 1, "dir/2": 1, "dir/3": 1, "few/4": 1, "few/5": 1 },
    ["a.txt", "few/4", "few/5"],
    [{ path: "dir/", why: "it has 3 new files, and 5 may be new at once" }],
  ],
] as const)("%s", async (...[, files, taken, left]) => {
  using user = new ProjectRepository();
  user.commit("first", {});
  const { repository, copy } = await user.open();
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(join(copy, path, ".."), { recursive: true });
    writeFileSync(join(copy, path), "");
    truncateSync(join(copy, path), bytes);
  }
  const limits = { fileBytes: MIB, newFiles: 5, totalBytes: 2 * MIB, judgesLinks: true };
  expect(await stageFiles(repository, limits)).toEqual([...left]);
  const staged = await gitText(repository, ["ls-files"]);
  expect(staged.split("\n")).toEqual([...taken]);
});
