import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "#test/promoting.ts";
import { type Edits, UserProject } from "#test/user-project.ts";
import { makeCandidate } from "./candidate.ts";
import { promoteCandidate } from "./promotion.ts";
import { rollbackPromotion } from "./rollback.ts";

/** A repository whose filter writes large letters into it, and small ones into the work tree. */
function withFilter(user: UserProject): UserProject {
  user.git("config", "filter.up.clean", "tr a-z A-Z");
  user.git("config", "filter.up.smudge", "tr A-Z a-z");
  user.git("config", "filter.up.required", "true");
  user.commit("second", { ".gitattributes": "*.bin filter=up\nb.bin -filter\n", "a.bin": "abc\n" });
  return user;
}

async function refused(user: UserProject, edits: Edits) {
  const before = user.state();
  const error = await user
    .candidate(edits)
    .then(([room, candidate]) => promoteCandidate(room, candidate))
    .catch((caught: unknown) => caught);
  expect(user.state()).toBe(before);
  return error;
}

describe("what a filter of the user handles is not merged, with its name and what to do:", () => {
  test.each<[what: string, edits: Edits]>([
    ["a changed file", { "a.bin": "edited\n" }],
    ["a new file", { "new/c.bin": "c\n", "src/a.ts": "A\n" }],
    ["a removed file", { "a.bin": null }],
  ])("%s", async (_what, edits) => {
    using user = withFilter(new UserProject());
    const [name = ""] = Object.keys(edits);
    expect(await refused(user, edits)).toMatchObject({
      code: "PATH_REFUSED",
      message: "The change is in files that a filter of your repository handles",
      why: `${name}: your attributes name the filter "up". org runs no filter, so it would commit other content than your Git.`,
    });
  });

  test("a file that the filter of Git LFS would keep, where LFS is not installed", async () => {
    using user = new UserProject();
    writeFileSync(join(user.root, ".git/info/attributes"), "*.psd filter=lfs diff=lfs -text\n");
    expect(await refused(user, { "a.psd": "large\n" })).toMatchObject({
      why: expect.stringContaining('name the filter "lfs"'),
    });
  });
});

test("a file that a filter of all the user's repositories handles is not merged, but for what the repository says", async () => {
  using user = new UserProject();
  const attributes = join(user.root, "..", "attributes");
  writeFileSync(attributes, "*.psd filter=lfs\n");
  user.git("config", "core.attributesFile", attributes);
  expect(await refused(user, { "a.psd": "large\n" })).toMatchObject({
    why: expect.stringContaining('name the filter "lfs"'),
  });
  user.commit("without it", { ".gitattributes": "*.psd -filter\n" });
  const [room, candidate] = await user.candidate({ "a.psd": "small\n" });
  await promoteCandidate(room, candidate);
  expect(user.read("a.psd")).toBe("small\n");
});

test("attributes that are not files hold nothing up", async () => {
  using user = new UserProject();
  const pipe = join(user.root, "..", "pipe");
  Bun.spawnSync(["mkfifo", pipe]);
  user.git("config", "core.attributesFile", pipe);
  const [room, candidate] = await user.candidate({ "src/a.ts": "A\n" });
  await promoteCandidate(room, candidate);
  expect(user.read("src/a.ts")).toBe("A\n");
});

test("other files of such a repository are merged and reverted", async () => {
  using user = withFilter(new UserProject());
  const [room, candidate] = await user.candidate({ "src/a.ts": "A\n", "b.bin": "b\n" });
  await promoteCandidate(room, candidate);
  expect(user.git("show", "HEAD:b.bin")).toBe("b\n");
  await rollbackPromotion(user);
  expect(existsSync(join(user.root, "b.bin"))).toBe(false);
  expect(user.git("status", "--porcelain")).toBe("");
});

test("a file that a filter makes look edited is not called an edit of the user", async () => {
  using user = new UserProject({ "a.bin": "ABC\n" });
  const room = user.room({ "a.bin": null });
  const candidate = await makeCandidate(room, { title: "feat: remove it", trailers: {} });
  user.git("config", "filter.up.clean", "tr a-z A-Z");
  writeFileSync(join(user.root, ".git/info/attributes"), "*.bin filter=up\n");
  writeFileSync(join(user.root, "a.bin"), "abc\n");
  expect(user.git("status", "--porcelain")).toBe("");
  const error = await promoteCandidate(room, candidate).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ why: expect.stringContaining('name the filter "up"') });
  writeFileSync(join(user.root, ".git/info/attributes"), "");
  expect(await codeOf(promoteCandidate(room, candidate))).toBe("PATH_REFUSED");
});
