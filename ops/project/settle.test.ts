import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { killedAt, prepare } from "#test/killed-project.ts";
import { until } from "#test/until.ts";
import { UserProject } from "#test/user-project.ts";
import type { LandStep } from "./land-change.ts";
import { promoteCandidate } from "./promotion.ts";
import { settleProject } from "./settle.ts";

describe("after a crash", () => {
  test("what the user edited since is left, and named", async () => {
    using user = new UserProject();
    const [room, { name }] = await prepare(user);
    await killedAt(user, { room, name, step: "file" });
    user.edit({ "src/a.ts": "mine\n", "new/c.ts": "mine too\n" });
    const settled = await settleProject(user);
    expect(settled).toMatchObject({ result: "finished", candidate: name });
    expect(settled?.left.toSorted()).toEqual(["new/c.ts", "src/a.ts"]);
    expect(settled?.text).toContain("src/a.ts");
    expect([user.read("src/a.ts"), user.read("new/c.ts")]).toEqual(["mine\n", "mine too\n"]);
    expect(user.read("run.sh")).toBe("x\n");
  });

  test("the user's Git commits nothing until the files have followed", async () => {
    using user = new UserProject();
    const [room, { name }] = await prepare(user);
    await killedAt(user, { room, name, step: "file", count: 2 });
    expect(() => user.git("commit", "--all", "-m", "half")).toThrow("index.lock");
    await settleProject(user);
    user.commit("whole", { "mine.txt": "x\n" });
  });

  test("a crash of the settling itself is settled", async () => {
    using user = new UserProject();
    const [room, { name }] = await prepare(user);
    await killedAt(user, { room, name, step: "file" });
    await killedAt(user, { room, name: "rollback", step: "file", count: 3 });
    expect(await settleProject(user)).toMatchObject({ result: "finished" });
    expect(user.git("status", "--porcelain")).toBe("?? notes.txt\n");
  });

  test("of two branches that Git moves together, one alone does not count", async () => {
    using user = new UserProject();
    const [room, { name, commit }] = await prepare(user);
    const before = user.state();
    await killedAt(user, { room, name, step: "branch" });
    user.git("update-ref", `refs/heads/${name}`, commit);
    expect(await settleProject(user)).toMatchObject({ result: "abandoned" });
    expect(user.state()).toBe(before);
    await killedAt(user, { room, name, step: "file" });
    user.git("update-ref", "-d", `refs/heads/${name}`);
    expect(await settleProject(user)).toMatchObject({ result: "finished" });
    expect(user.git("rev-parse", name).trim()).toBe(commit);
  });

  test("half a file that was being written is removed", async () => {
    using user = new UserProject();
    const [room, { name }] = await prepare(user);
    await killedAt(user, { room, name, step: "file" });
    const { open } = JSON.parse(readFileSync(join(user.folder, "promotions.json"), "utf8"));
    user.edit({ [`src/.org-${open.id}.tmp`]: "ha" });
    await settleProject(user);
    expect(user.git("status", "--porcelain")).toBe("?? notes.txt\n");
  });

  test("who has reset the branch by hand meanwhile keeps that", async () => {
    using user = new UserProject();
    const [room, { name }] = await prepare(user);
    const before = user.state();
    await killedAt(user, { room, name, step: "file" });
    rmSync(join(user.root, ".git/index.lock"));
    user.git("reset", "--quiet", "--hard", "HEAD^");
    expect(await settleProject(user)).toMatchObject({ result: "abandoned" });
    expect(user.state()).toBe(before);
  });

  test("the next promotion settles first", async () => {
    using user = new UserProject();
    const [room, { name }] = await prepare(user);
    await killedAt(user, { room, name, step: "branch" });
    await promoteCandidate(room, { name });
    expect(user.read("src/a.ts")).toBe("A\n");
    expect(user.git("status", "--porcelain")).toBe("?? notes.txt\n");
  });
});

test("a lock that comes while the promotion runs leaves none of org's at the index", async () => {
  using user = new UserProject();
  const [room, candidate] = await user.candidate({ "src/a.ts": "A\n" });
  const lock = join(user.root, ".git/packed-refs.lock");
  const onStep = (step: LandStep): void => {
    if (step === "branch") writeFileSync(lock, "");
  };
  await expect(promoteCandidate(room, candidate, { onStep })).rejects.toMatchObject({
    code: "PROCESS_FAILED",
  });
  expect(existsSync(join(user.root, ".git/index.lock"))).toBe(false);
  expect(user.git("status", "--porcelain")).toBe("");
  rmSync(lock);
  await promoteCandidate(room, candidate);
  expect(user.read("src/a.ts")).toBe("A\n");
  expect(user.git("for-each-ref", "refs/org")).toBe("");
});

test("a file that the user edits while the promotion runs is left as it is", async () => {
  using user = new UserProject();
  const [room, candidate] = await prepare(user);
  const onStep = (step: LandStep): void => {
    if (step === "branch") user.edit({ "src/a.ts": "mine\n", new: "a file of mine\n" });
  };
  const { left } = await promoteCandidate(room, candidate, { onStep });
  expect(left.toSorted()).toEqual(["new/c.ts", "src/a.ts"]);
  expect([user.read("src/a.ts"), user.read("new")]).toEqual(["mine\n", "a file of mine\n"]);
});

/** Edits both files as soon as they are being written. @returns those that were edited before their new version was there. */
async function editWhileWritten(): Promise<readonly string[]> {
  using user = new UserProject();
  // Large, so that writing takes a while.
  const large = "x".repeat(16 * 1024 * 1024);
  const [room, candidate] = await user.candidate({ "src/a.ts": large, "new/c.ts": large });
  const edited: string[] = [];
  const inTime: string[] = [];
  const edit = (path: string, name: string | null): void => {
    if (edited.includes(path) || name?.endsWith(".tmp") !== true) return;
    user.edit({ [path]: "mine\n" });
    edited.push(path);
    // Its new version takes the place of the file when this goes: the edit was before that.
    if (existsSync(join(user.root, dirname(path), name))) inTime.push(path);
  };
  mkdirSync(join(user.root, "new"));
  using _ = watching(join(user.root, "src"), (name) => edit("src/a.ts", name));
  using _new = watching(join(user.root, "new"), (name) => edit("new/c.ts", name));
  const { left } = await promoteCandidate(room, candidate);
  expect(edited.toSorted()).toEqual(["new/c.ts", "src/a.ts"]);
  expect(left).toEqual(expect.arrayContaining(inTime));
  expect(edited).toEqual(expect.arrayContaining([...left]));
  expect([user.read("new/c.ts"), user.read("src/a.ts")]).toEqual(["mine\n", "mine\n"]);
  expect(user.git("status", "--porcelain")).toBe(" M new/c.ts\n M src/a.ts\n");
  return inTime.toSorted();
}

test("a file that the user edits while its new version is being written is left as it is", async () => {
  // On a busy machine the system tells of a file so late that it is written by then: that round shows nothing.
  await until("both to be edited in time", async () => (await editWhileWritten()).length === 2);
});

function watching(folder: string, see: (name: string | null) => void): Disposable {
  const watcher = watch(folder, (_event, name) => see(name));
  return { [Symbol.dispose]: () => watcher.close() };
}

test("a file that the user edits before the last look stops the promotion", async () => {
  using user = new UserProject();
  const [room, candidate] = await prepare(user);
  const objects = user.objects();
  const onStep = (step: LandStep): void => {
    if (step === "look") user.edit({ "src/a.ts": "mine\n" });
  };
  const { signing } = user;
  await expect(promoteCandidate(room, candidate, { onStep, signing })).rejects.toMatchObject({
    code: "PATH_REFUSED",
  });
  // Nor is anything left in the repository that no branch names.
  expect(user.objects()).toEqual(objects);
  user.edit({ "src/a.ts": "a\n" });
  expect(user.git("status", "--porcelain")).toBe("?? notes.txt\n");
  expect(user.git("branch", "--list").trim()).toBe("* main");
});

test("a commit that the user makes in the last moment stops the promotion", async () => {
  using user = new UserProject();
  const [room, candidate] = await prepare(user);
  const before = user.git("ls-files", "-s", "-v");
  const onStep = (step: LandStep): void => {
    if (step !== "mark") return;
    const own = user.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "mine").trim();
    user.git("update-ref", "refs/heads/main", own);
  };
  await expect(promoteCandidate(room, candidate, { onStep })).rejects.toMatchObject({
    code: "CANDIDATE_STALE",
    message: "Your branch moved meanwhile",
  });
  expect(user.git("log", "-1", "--format=%s").trim()).toBe("mine");
  expect([user.git("ls-files", "-s", "-v"), user.read("src/a.ts")]).toEqual([before, "a\n"]);
  expect(user.git("branch", "--list").trim()).toBe("* main");
});
