import { expect, test } from "bun:test";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { TrickyRepository } from "#test/tricky-repository.ts";
import { looseBranch, looseHead, looseRef } from "./loose-refs.ts";
import { openCheckout } from "./repository.ts";

test("a branch, a tag and HEAD are told as Git tells them, in each work tree", async () => {
  using repo = new TrickyRepository();
  repo.plain("tag", "one");
  repo.plain("worktree", "add", "-q", "-b", "other", repo.outside("linked"));
  repo.commit("second", { "b.txt": "b\n" });
  const [own, linked] = [
    await openCheckout(repo.tree()),
    await openCheckout(repo.outside("linked")),
  ];
  expect([looseBranch(own), looseBranch(linked)]).toEqual(["refs/heads/main", "refs/heads/other"]);
  expect([looseHead(own), looseHead(linked)]).toEqual([
    repo.head,
    repo.plain("rev-parse", "other").trim(),
  ]);
  for (const repository of [own, linked]) {
    expect(looseRef(repository, "refs/heads/main")).toBe(repo.head);
    expect(looseRef(repository, "refs/tags/one")).toBe(repo.plain("rev-parse", "one").trim());
    expect(looseRef(repository, "refs/tags/none")).toBeNull();
  }
});

test("Git is asked for what no file tells: packed and unusual refs, lost objects, no branch", async () => {
  using repo = new TrickyRepository();
  repo.plain("branch", "lost");
  repo.plain("symbolic-ref", "refs/heads/link", "refs/heads/main");
  const repository = await openCheckout(repo.tree());
  writeFileSync(repo.tree(".git/refs/heads/lost"), `${"1".repeat(40)}\n`);
  symlinkSync("main", repo.tree(".git/refs/heads/aside"));
  for (const name of ["lost", "link", "aside", "main/below", "../x", "*"])
    expect(looseRef(repository, `refs/heads/${name}`)).toBeUndefined();
  for (const name of ["refs/org/base", "HEAD"]) expect(looseRef(repository, name)).toBeUndefined();
  rmSync(repo.tree(".git/refs/heads/aside"));
  repo.plain("checkout", "-q", "--detach");
  expect([looseBranch(repository), looseHead(repository)]).toEqual([undefined, undefined]);
  repo.plain("checkout", "-q", "main");
  writeFileSync(repo.tree(".git/refs/heads/lost"), "");
  repo.plain("symbolic-ref", "HEAD", "refs/heads/lost");
  expect(looseBranch(repository)).toBeUndefined();
  repo.plain("symbolic-ref", "HEAD", "refs/heads/unborn");
  expect([looseBranch(repository), looseHead(repository)]).toEqual([
    "refs/heads/unborn",
    undefined,
  ]);
  repo.plain("symbolic-ref", "HEAD", "refs/heads/main");
  rmSync(repo.tree(".git/refs/heads/lost"));
  repo.plain("pack-refs", "--all");
  expect([looseBranch(repository), looseHead(repository)]).toEqual([undefined, undefined]);
  for (const name of ["main", "none"])
    expect(looseRef(repository, `refs/heads/${name}`)).toBeUndefined();
});
