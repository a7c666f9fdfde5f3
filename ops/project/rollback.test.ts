import { expect, test } from "bun:test";
import { dirname, join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { codeOf } from "#test/promoting.ts";
import { NOW, UserProject } from "#test/user-project.ts";
import { makeCandidate } from "./candidate.ts";
import { findProject } from "./location.ts";
import { promoteCandidate } from "./promotion.ts";
import { rollbackPromotion } from "./rollback.ts";
import { keepTurn, openWork } from "./work.ts";

test("a rollback brings back the files of before, as a commit of its own", async () => {
  using user = new UserProject();
  const before = user.git("rev-parse", "HEAD^{tree}");
  const [room, candidate] = await user.candidate({ "new/c.ts": "c\n", "src/b.ts": null });
  const { commit } = await promoteCandidate(room, candidate);
  const done = await rollbackPromotion(user);
  expect(done).toMatchObject({ candidate: candidate.name, undoes: commit, files: 2, into: "main" });
  expect(user.git("rev-parse", "HEAD^{tree}")).toBe(before);
  expect(user.git("rev-parse", "HEAD^").trim()).toBe(commit);
  expect(user.git("show", "-s", "--format=%B")).toContain(`This reverts commit ${commit}`);
  expect(user.git("status", "--porcelain")).toBe("");
  const reverted = done.commit.slice(0, 12);
  expect(await whyOf(user)).toBe(
    `The newest merge by org is ${candidate.name}, and commit ${reverted} has reverted it.`,
  );
  expect(await whyOf(user, "cand/other")).toBe(
    "No merge of that name by org is in the branch that is checked out.",
  );
  user.git("checkout", "--quiet", "-b", "old", `${commit}^`);
  expect(await whyOf(user)).toBe("No merge by org is in the branch that is checked out.");
});

test("nothing that is merged or reverted reaches a remote, whatever the user has set for pushes", async () => {
  using user = new UserProject();
  const remote = join(user.folder, "remote.git");
  user.git("init", "--quiet", "--bare", remote);
  user.git("remote", "add", "origin", remote);
  user.git("push", "--quiet", "--set-upstream", "origin", "HEAD");
  for (const [key, value] of [
    ["push.default", "matching"],
    ["push.autoSetupRemote", "true"],
    ["push.followTags", "true"],
    ["remote.pushDefault", "origin"],
    ["remote.origin.mirror", "true"],
  ] as const) {
    user.git("config", key, value);
  }
  const refs = () => [
    user.git("--git-dir", remote, "for-each-ref"),
    user.git("for-each-ref", "refs/remotes"),
  ];
  const before = refs();
  const [room, candidate] = await user.candidate({ "src/a.ts": "A\n" });
  await promoteCandidate(room, candidate);
  await rollbackPromotion(user);
  expect(refs()).toEqual(before);
});

async function whyOf(user: UserProject, name?: string): Promise<unknown> {
  const error = await rollbackPromotion(user, { name }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "INPUT_MISSING" });
  return error instanceof OrgError ? error.why : error;
}

test("where org merged nothing, a rollback says so", async () => {
  using user = new UserProject();
  expect(await whyOf(user)).toBe("org has merged nothing into this repository.");
});

test("a rollback takes out an older promotion by its name, and leaves what came later", async () => {
  using user = new UserProject();
  const [room, first] = await user.candidate({ "src/a.ts": "A\n" });
  await promoteCandidate(room, first);
  const other = user.room({ "src/b.ts": "B\n" });
  const second = await makeCandidate(other, { title: "b", trailers: {}, nowMs: NOW + 1000 });
  await promoteCandidate(other, second);
  await rollbackPromotion(user, { name: first.name });
  expect([user.read("src/a.ts"), user.read("src/b.ts")]).toEqual(["a\n", "B\n"]);
  expect(await codeOf(rollbackPromotion(user, { name: first.name }))).toBe("INPUT_MISSING");
  expect(await rollbackPromotion(user)).toMatchObject({ candidate: second.name });
});

test("a merge is named by its tag or its first digits, and a rollback is not taken for one", async () => {
  using user = new UserProject();
  const [room, { name }] = await user.candidate({ "src/a.ts": "A\n" });
  const { commit } = await promoteCandidate(room, { name });
  const before = user.state();
  for (const one of [commit.slice(0, 6), "promotion/x", "main"])
    expect(await codeOf(rollbackPromotion(user, { name: one }))).toBe("INPUT_MISSING");
  expect(user.state()).toBe(before);
  const reverted = await rollbackPromotion(user, { name: commit.slice(0, 12) });
  expect(reverted.undoes).toBe(commit);
  const after = user.state();
  const remedy = `git revert ${reverted.commit}   # brings ${name} back`;
  for (const one of [reverted.commit, reverted.commit.slice(0, 12), name, undefined]) {
    const error = await rollbackPromotion(user, { name: one }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "INPUT_MISSING" });
    expect((error as { remedies: string[] }).remedies).toContain(remedy);
  }
  expect(user.state()).toBe(after);
  user.git("revert", "--no-edit", reverted.commit);
  expect(user.read("src/a.ts")).toBe("A\n");
});

test("what git revert brought back can be rolled back again, and what it took out cannot", async () => {
  using user = new UserProject();
  const before = user.read("src/a.ts");
  const [room, { name }] = await user.candidate({ "src/a.ts": "A\n" });
  const { commit } = await promoteCandidate(room, { name });
  const first = await rollbackPromotion(user);
  user.git("revert", "--no-edit", first.commit);
  const again = await rollbackPromotion(user, { name });
  expect(again).toMatchObject({ undoes: commit, files: 1 });
  expect(user.read("src/a.ts")).toBe(before);
  expect(await codeOf(rollbackPromotion(user))).toBe("INPUT_MISSING");
  user.git("revert", "--no-edit", again.commit);
  expect(user.read("src/a.ts")).toBe("A\n");
  user.git("revert", "--no-edit", "-m", "1", commit);
  const byHand = user.git("rev-parse", "HEAD").trim();
  const error = await rollbackPromotion(user, { name }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "INPUT_MISSING",
    remedies: ["git log --first-parent", `git revert ${byHand}   # brings ${name} back`],
  });
  expect(await codeOf(rollbackPromotion(user))).toBe("INPUT_MISSING");
  user.git("revert", "--no-edit", "HEAD");
  expect(await rollbackPromotion(user)).toMatchObject({ candidate: name, files: 1 });
});

test("a revert that names a short id, as revert.reference has it, took the promotion out", async () => {
  using user = new UserProject();
  const [room, { name }] = await user.candidate({ "src/a.ts": "A\n" });
  const { commit } = await promoteCandidate(room, { name });
  for (const digits of ["4", "7", "40"]) {
    const settings = ["-c", "revert.reference=true", "-c", `core.abbrev=${digits}`];
    user.git(...settings, "revert", "--no-edit", "-m", "1", commit);
    const byHand = user.git("rev-parse", "HEAD").trim();
    expect(user.git("show", "-s", "--format=%B")).toMatch(/This reverts commit [0-9a-f]+ \(/);
    const error = await rollbackPromotion(user, { name }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: "INPUT_MISSING",
      remedies: ["git log --first-parent", `git revert ${byHand}   # brings ${name} back`],
    });
    user.git(...settings, "revert", "--no-edit", "HEAD");
    expect(user.read("src/a.ts")).toBe("A\n");
  }
  user.commit(`This reverts commit ${commit.slice(0, 6)}${"0".repeat(6)} (other)`, {
    "o.txt": "o\n",
  });
  expect(await rollbackPromotion(user)).toMatchObject({ candidate: name, files: 1 });
});

test("a promotion whose own commit was reverted has nothing to take out, and makes no empty commit", async () => {
  using user = new UserProject();
  const [room, { name }] = await user.candidate({ "src/a.ts": "A\n" });
  await promoteCandidate(room, { name });
  user.git("revert", "--no-edit", name);
  const before = user.state();
  const error = await rollbackPromotion(user).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "INPUT_MISSING",
    message: expect.stringContaining(`Nothing of ${name} is left`),
  });
  expect(user.state()).toBe(before);
});

test("a rollback whose lines were changed since changes nothing, and says how to do it by hand", async () => {
  using user = new UserProject();
  const [room, candidate] = await user.candidate({ "src/a.ts": "A\n" });
  const { commit } = await promoteCandidate(room, candidate);
  user.commit("mine", { "src/a.ts": "mine\n" });
  const before = user.state();
  const objects = user.objects();
  const error = await rollbackPromotion(user).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "CANDIDATE_CONFLICT" });
  expect(String((error as { remedies: string[] }).remedies[0])).toStartWith(
    `git revert -m 1 ${commit}`,
  );
  expect(user.state()).toBe(before);
  expect(user.objects()).toEqual(objects);
});

test("a rollback does not write over what the user has not committed", async () => {
  using user = new UserProject();
  const [room, candidate] = await user.candidate({ "src/a.ts": "A\n" });
  await promoteCandidate(room, candidate);
  user.edit({ "src/a.ts": "mine\n" });
  const before = user.state();
  expect(await codeOf(rollbackPromotion(user))).toBe("PATH_REFUSED");
  expect(user.state()).toBe(before);
});

test("a promotion on another branch is not rolled back", async () => {
  using user = new UserProject();
  user.git("branch", "side");
  const [room, candidate] = await user.candidate({ "src/a.ts": "A\n" });
  await promoteCandidate(room, candidate);
  user.git("switch", "--quiet", "side");
  expect(await codeOf(rollbackPromotion(user))).toBe("INPUT_MISSING");
});

test("what a room has kept as a turn is promoted and rolled back", async () => {
  using user = new UserProject();
  const place = await findProject(user.root, dirname(user.folder));
  if (place === undefined) throw new Error("There is no project");
  const { signal } = new AbortController();
  const work = await openWork(place, `project-${place.id}`, { signal });
  user.edit({ "src/a.ts": "A\n", "new/c.ts": "c\n" }, work.copy);
  await keepTurn(work, { persona: "coder", title: "change" });
  const candidate = await makeCandidate(work, { title: "feat: change", trailers: {} });
  expect(await promoteCandidate(work, candidate)).toMatchObject({ files: 2, into: "main" });
  expect(user.read("new/c.ts")).toBe("c\n");
  expect(user.git("show", "-s", "--format=%an", candidate.name).trim()).toBe("coder");
  await rollbackPromotion(place);
  expect(user.read("src/a.ts")).toBe("a\n");
  expect(user.git("status", "--porcelain")).toBe("");
});
