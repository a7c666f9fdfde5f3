import { describe, expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "#test/promoting.ts";
import { type Edits, NOW, UserProject } from "#test/user-project.ts";
import { makeCandidate } from "./candidate.ts";
import { promoteCandidate } from "./promotion.ts";
import { rollbackPromotion } from "./rollback.ts";

const CHANGE: Edits = { "src/a.ts": "A\n", "src/b.ts": null, "new/c.ts": "c\n" };

describe("a promotion", () => {
  test("is the merge of the branch and the candidate, and the files follow", async () => {
    using user = new UserProject();
    const before = user.git("rev-parse", "HEAD").trim();
    const [room, candidate] = await user.candidate(CHANGE);
    const done = await promoteCandidate(room, candidate, { nowMs: NOW });
    expect(done).toMatchObject({
      branch: "cand/20261123T083000Z",
      files: 3,
      into: "main",
      left: [],
    });
    expect(user.git("rev-parse", "main").trim()).toBe(done.commit);
    expect(user.git("show", "-s", "--format=%P", "main").trim()).toBe(
      `${before} ${candidate.commit}`,
    );
    expect(user.git("rev-parse", candidate.name).trim()).toBe(candidate.commit);
    expect([user.read("src/a.ts"), user.read("new/c.ts")]).toEqual(["A\n", "c\n"]);
    expect(existsSync(join(user.root, "src/b.ts"))).toBe(false);
    expect(user.git("status", "--porcelain")).toBe("");
    expect(user.git("reflog", "-1", "--format=%gs").trim()).toBe(`org: promote ${candidate.name}`);
    expect(user.git("show", "-s", "--format=%an <%ae>, %cn", candidate.name).trim()).toBe(
      "coder <persona@org.invalid>, Ann User",
    );
    expect(user.git("show", "-s", "--format=%(trailers)", "main").trim()).toBe(
      `Org-Model: small\nOrg-Persona: coder\nOrg-Candidate: ${candidate.name}`,
    );
    user.git("fsck", "--strict", "--connectivity-only");
  });

  test("merges with commits that the user made since", async () => {
    using user = new UserProject();
    const [room, candidate] = await user.candidate({ "src/a.ts": "A\n" });
    user.commit("mine", { "src/b.ts": "B\n" });
    await promoteCandidate(room, candidate);
    expect([user.read("src/a.ts"), user.read("src/b.ts")]).toEqual(["A\n", "B\n"]);
    expect(user.git("status", "--porcelain")).toBe("");
  });

  test("leaves other changes of the user where they are, and commits none of them", async () => {
    using user = new UserProject();
    user.edit({ "README.md": "mine\n", "notes.txt": "mine\n" });
    const [room, candidate] = await user.candidate({ "src/a.ts": "A\n" });
    await promoteCandidate(room, candidate);
    expect(user.git("status", "--porcelain")).toBe(" M README.md\n?? notes.txt\n");
    expect(user.git("diff", "--name-only", "HEAD^", "HEAD")).toBe("src/a.ts\n");
  });

  test("keeps executable files and links what they are", async () => {
    using user = new UserProject();
    const [room, candidate] = await user.candidate({
      "run.sh": { run: "true\n" },
      link: { link: "src/a.ts" },
    });
    await promoteCandidate(room, candidate);
    expect(lstatSync(join(user.root, "run.sh")).mode & 0o111).not.toBe(0);
    expect(lstatSync(join(user.root, "link")).isSymbolicLink()).toBe(true);
    expect(user.git("status", "--porcelain")).toBe("");
  });

  test("takes a name that looks like an option, and one with line breaks", async () => {
    using user = new UserProject();
    const odd = { "--force": "x\n", "a\nb\t.txt": "y\n", "-/-x": "z\n" };
    const [room, candidate] = await user.candidate(odd);
    await promoteCandidate(room, candidate);
    expect(Object.keys(odd).map((path) => user.read(path))).toEqual(["x\n", "y\n", "z\n"]);
    expect(user.git("status", "--porcelain")).toBe("");
  });

  test("works in a linked work tree", async () => {
    using user = new UserProject();
    const linked = join(user.folder, "..", "linked");
    mkdirSync(join(linked, ".."), { recursive: true });
    user.git("worktree", "add", "--quiet", "-b", "side", linked);
    const [{ repository }, candidate] = await user.candidate({ "src/a.ts": "A\n" });
    const room = { repository, location: { root: linked, folder: user.folder } };
    expect(await promoteCandidate(room, candidate)).toMatchObject({ into: "side" });
    expect(user.gitIn(linked, "status", "--porcelain")).toBe("");
    expect(user.read("src/a.ts")).toBe("a\n");
    expect(user.git("status", "--porcelain")).toBe("");
  });

  test("writes the line ends that the user's attributes ask for", async () => {
    using user = new UserProject({ ".gitattributes": "*.txt text eol=crlf\n", "a.txt": "1\r\n" });
    const [room, candidate] = await user.candidate({ "a.txt": "2\r\n" });
    await promoteCandidate(room, candidate);
    expect(user.read("a.txt")).toBe("2\r\n");
    expect(user.git("status", "--porcelain")).toBe("");
  });

  test("runs no hook, filter or monitor of the user, and follows no core.worktree", async () => {
    using user = new UserProject();
    const [room, candidate] = await user.candidate(CHANGE);
    const trap = join(user.root, "..", "trap");
    const script = `#!/bin/sh\necho "$0" >> '${trap}'\n`;
    for (const hook of [
      "reference-transaction",
      "post-merge",
      "post-checkout",
      "post-index-change",
      "pre-merge-commit",
      "commit-msg",
      "post-rewrite",
    ]) {
      writeFileSync(join(user.root, ".git/hooks", hook), script, { mode: 0o755 });
    }
    writeFileSync(join(user.root, "..", "program"), script, { mode: 0o755 });
    const program = join(user.root, "..", "program");
    user.git("config", "filter.evil.clean", program);
    user.git("config", "filter.evil.smudge", program);
    user.git("config", "merge.evil.driver", program);
    user.git("config", "core.attributesFile", join(user.root, "..", "attributes"));
    writeFileSync(join(user.root, "..", "attributes"), "* merge=evil\nREADME.md filter=evil\n");
    const attributes = join(user.root, ".git/info/attributes");
    user.git("config", "core.fsmonitor", program);
    const elsewhere = join(user.root, "..", "elsewhere");
    mkdirSync(elsewhere);
    user.git("config", "core.worktree", elsewhere);
    rmSync(trap, { force: true });
    writeFileSync(attributes, "* filter=evil merge=evil\n");
    expect(await codeOf(promoteCandidate(room, candidate))).toBe("PATH_REFUSED");
    writeFileSync(attributes, "* merge=evil\nREADME.md filter=evil\n");
    await promoteCandidate(room, candidate);
    writeFileSync(attributes, "* filter=evil merge=evil\n");
    await rollbackPromotion(user);
    expect(existsSync(trap)).toBe(false);
    expect(existsSync(join(elsewhere, "src"))).toBe(false);
    expect(user.read("src/a.ts")).toBe("a\n");
    withoutTraps(user);
    rmSync(attributes);
    expect(user.git("status", "--porcelain")).toBe("");
  });
});

function withoutTraps(user: UserProject): void {
  for (const key of ["core.worktree", "core.fsmonitor", "core.attributesFile"]) {
    user.git("config", "--unset", key);
  }
}

type Setup = (user: UserProject) => void;
const inProgress =
  (file: string): Setup =>
  (user) =>
    writeFileSync(join(user.root, ".git", file), `${user.git("rev-parse", "HEAD")}`);

const REFUSED: readonly (readonly [string, string, Setup])[] = [
  ["a detached HEAD", "CANDIDATE_REFUSED", (user) => user.git("checkout", "--quiet", "--detach")],
  ["a merge in progress", "CANDIDATE_REFUSED", inProgress("MERGE_HEAD")],
  ["a cherry-pick in progress", "CANDIDATE_REFUSED", inProgress("CHERRY_PICK_HEAD")],
  ["a revert in progress", "CANDIDATE_REFUSED", inProgress("REVERT_HEAD")],
  ["a bisection in progress", "CANDIDATE_REFUSED", inProgress("BISECT_LOG")],
  [
    "a rebase in progress",
    "CANDIDATE_REFUSED",
    (user) => mkdirSync(join(user.root, ".git/rebase-merge")),
  ],
  ["another Git at the index", "LOCK_HELD", inProgress("index.lock")],
  ["another Git at HEAD", "LOCK_HELD", inProgress("HEAD.lock")],
  ["another Git at the packed references", "LOCK_HELD", inProgress("packed-refs.lock")],
  ["another Git at the branch", "LOCK_HELD", inProgress("refs/heads/main.lock")],
  ["a changed file", "PATH_REFUSED", (user) => user.edit({ "src/a.ts": "mine\n" })],
  ["a removed file", "PATH_REFUSED", (user) => user.edit({ "src/a.ts": null })],
  ["a file with another mode", "PATH_REFUSED", (user) => user.edit({ "src/a.ts": { run: "a\n" } })],
  [
    "a staged file",
    "PATH_REFUSED",
    (user) => {
      user.edit({ "src/a.ts": "mine\n" });
      user.git("add", "src/a.ts");
      user.edit({ "src/a.ts": "a\n" });
    },
  ],
  ["an untracked file in the way", "PATH_REFUSED", (user) => user.edit({ "new/c.ts": "mine\n" })],
  [
    "an ignored file in the way",
    "PATH_REFUSED",
    (user) => {
      writeFileSync(join(user.root, ".git/info/exclude"), "new/\n");
      user.edit({ "new/c.ts": "mine\n" });
    },
  ],
  [
    "a link on the way",
    "PATH_REFUSED",
    (user) => user.edit({ "../elsewhere/c.ts": "theirs\n", new: { link: "../elsewhere" } }),
  ],
  ["a case twin", "PATH_REFUSED", (user) => user.commit("twin", { "NEW/c.ts": "x\n" })],
  [
    "a file that Git is told to take as unchanged",
    "PATH_REFUSED",
    (user) => user.git("update-index", "--assume-unchanged", "src/a.ts"),
  ],
  [
    "a file that Git is told to skip",
    "PATH_REFUSED",
    (user) => user.git("update-index", "--skip-worktree", "src/b.ts"),
  ],
  ["a branch that is called cand", "CANDIDATE_REFUSED", (user) => user.git("branch", "cand")],
  [
    "a commit that was amended",
    "CANDIDATE_STALE",
    (user) => user.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "other"),
  ],
  ["no name of the user", "CONFIG_INVALID", (user) => user.git("config", "user.name", "")],
];

describe("a promotion is refused with nothing changed for", () => {
  test.each(REFUSED)("%s", async (_, code, prepare) => {
    using user = new UserProject();
    const [room, candidate] = await user.candidate(CHANGE);
    prepare(user);
    const before = user.state();
    expect(await codeOf(promoteCandidate(room, candidate))).toBe(code);
    expect(user.state()).toBe(before);
  });

  test("a rebase that has detached HEAD, with the words for a rebase", async () => {
    using user = new UserProject();
    const [room, candidate] = await user.candidate(CHANGE);
    user.commit("mine", { "README.md": "mine\n" });
    user.git("-c", "sequence.editor=sed -i 1s/pick/edit/", "rebase", "--quiet", "-i", "HEAD~1");
    const before = user.state();
    const error = await promoteCandidate(room, candidate).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      message: "A rebase is in progress",
      remedies: ["git rebase --continue", "git rebase --abort"],
    });
    expect(user.state()).toBe(before);
  });

  test("an index with conflicts", async () => {
    using user = new UserProject();
    const [room, candidate] = await user.candidate({ "README.md": "R\n" });
    user.git("branch", "side");
    user.commit("mine", { "src/a.ts": "mine\n" });
    user.git("switch", "--quiet", "side");
    user.commit("theirs", { "src/a.ts": "theirs\n" });
    expect(() => user.git("merge", "main")).toThrow();
    for (const name of ["MERGE_HEAD", "AUTO_MERGE"])
      rmSync(join(user.root, ".git", name), { force: true });
    const before = user.state();
    const error = await promoteCandidate(room, candidate).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: "CANDIDATE_REFUSED",
      why: expect.stringContaining("src/a.ts"),
    });
    expect(user.state()).toBe(before);
  });

  test("files that the user had changed before the room copied them", async () => {
    using user = new UserProject();
    user.edit({ "src/a.ts": "a\nmine\n" });
    const [room, candidate] = await user.candidate({ "src/a.ts": "a\nmine\nroom\n" });
    user.git("stash");
    const before = user.state();
    const error = await promoteCandidate(room, candidate).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "PATH_REFUSED", why: expect.stringContaining("src/a.ts") });
    expect(user.state()).toBe(before);
  });

  test("a candidate that is in the branch already", async () => {
    using user = new UserProject();
    const [room, candidate] = await user.candidate(CHANGE);
    await promoteCandidate(room, candidate);
    const before = user.state();
    expect(await codeOf(promoteCandidate(room, candidate))).toBe("CANDIDATE_REFUSED");
    expect(user.state()).toBe(before);
  });
});

test("a candidate that does not merge becomes a branch, with the words for a merge by hand", async () => {
  using user = new UserProject();
  const [room, candidate] = await user.candidate({ "src/a.ts": "room\n" });
  const mine = user.commit("mine", { "src/a.ts": "mine\n" });
  const error = await promoteCandidate(room, candidate).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "CANDIDATE_CONFLICT" });
  expect(String((error as { remedies: string[] }).remedies[0])).toStartWith(
    `git merge --no-ff ${candidate.name}`,
  );
  expect(user.git("rev-parse", "HEAD", candidate.name)).toBe(`${mine}\n${candidate.commit}\n`);
  expect(user.git("status", "--porcelain")).toBe("");
  user.git("checkout", "--quiet", candidate.name);
  expect(user.read("src/a.ts")).toBe("room\n");
});

test("of two promotions at once both are merged, one after the other", async () => {
  using user = new UserProject();
  const [one, first] = await user.candidate({ "src/a.ts": "A\n" });
  const other = user.room({ "src/b.ts": "B\n" });
  const next = await makeCandidate(other, { title: "b", trailers: {}, nowMs: NOW + 1000 });
  await Promise.all([promoteCandidate(one, first), promoteCandidate(other, next)]);
  expect([user.read("src/a.ts"), user.read("src/b.ts")]).toEqual(["A\n", "B\n"]);
  expect(user.git("status", "--porcelain")).toBe("");
  expect(user.git("log", "--merges", "--format=%an").trim()).toBe("Ann User\nAnn User");
});
