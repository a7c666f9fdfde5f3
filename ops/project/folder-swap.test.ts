/** A file that becomes a folder and a folder that becomes a file, in the user's work tree. */
import { describe, expect, test } from "bun:test";
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { killedAt } from "#test/killed-project.ts";
import { codeOf } from "#test/promoting.ts";
import { type Edits, UserProject } from "#test/user-project.ts";
import { promoteCandidate } from "./promotion.ts";
import { rollbackPromotion } from "./rollback.ts";
import { settleProject } from "./settle.ts";

const FILES: Edits = { "a.txt": "a\n", "dir/b.txt": "b\n", "dir/deep/c.txt": "c\n" };
/** Both ways at once. */
const SWAP: Edits = {
  "a.txt": null,
  "a.txt/in/x.txt": "x\n",
  "dir/b.txt": null,
  "dir/deep/c.txt": null,
  dir: "a file now\n",
};

test("both are merged and reverted, and nothing is left over", async () => {
  using user = new UserProject(FILES);
  const [room, candidate] = await user.candidate(SWAP);
  const done = await promoteCandidate(room, candidate);
  expect(done).toMatchObject({ files: 5, left: [] });
  expect([user.read("a.txt/in/x.txt"), user.read("dir")]).toEqual(["x\n", "a file now\n"]);
  expect(user.git("status", "--porcelain")).toBe("");
  const back = await rollbackPromotion(user);
  expect(back).toMatchObject({ left: [] });
  expect([user.read("a.txt"), user.read("dir/deep/c.txt")]).toEqual(["a\n", "c\n"]);
  expect(user.git("status", "--porcelain")).toBe("");
});

test("a link takes the place of a folder, and gives it back", async () => {
  using user = new UserProject(FILES);
  const edits: Edits = {
    "dir/b.txt": null,
    "dir/deep/c.txt": null,
    dir: { link: "other" },
    "other/b.txt": "b\n",
  };
  const [room, candidate] = await user.candidate(edits);
  expect(await promoteCandidate(room, candidate)).toMatchObject({ left: [] });
  expect(lstatSync(join(user.root, "dir")).isSymbolicLink()).toBe(true);
  expect(await rollbackPromotion(user)).toMatchObject({ left: [] });
  expect(user.read("dir/b.txt")).toBe("b\n");
  expect(user.git("status", "--porcelain")).toBe("");
});

test.each([
  ["a file that Git does not know is in the folder", { "dir/deep/mine.txt": "mine\n" }],
  ["a file of it was edited", { "dir/b.txt": "mine\n" }],
  ["the file that becomes a folder was edited", { "a.txt": "mine\n" }],
  ["the folder is a link of the user's", { dir: { link: "/tmp" } }],
] as const)("nothing is changed where %s", async (_, mine) => {
  using user = new UserProject(FILES);
  const [room, candidate] = await user.candidate(SWAP);
  user.edit(mine);
  const before = user.state();
  expect(await codeOf(promoteCandidate(room, candidate))).toBe("PATH_REFUSED");
  expect(user.state()).toBe(before);
});

describe("a promotion that is killed", () => {
  test.each([1, 2, 3, 4, 5])("before file %i of 5 is finished by the next start", async (count) => {
    using user = new UserProject(FILES);
    const [room, { name }] = await user.candidate(SWAP);
    await killedAt(user, { room, name, step: "file", count });
    expect(await settleProject(user)).toMatchObject({ result: "finished", left: [] });
    expect([user.read("a.txt/in/x.txt"), user.read("dir")]).toEqual(["x\n", "a file now\n"]);
    expect(user.git("status", "--porcelain")).toBe("");
  });

  test("before the index is installed is finished, too", async () => {
    using user = new UserProject(FILES);
    const [room, { name }] = await user.candidate(SWAP);
    await killedAt(user, { room, name, step: "install" });
    expect(await settleProject(user)).toMatchObject({ result: "finished", left: [] });
    expect(user.git("status", "--porcelain")).toBe("");
  });
});
