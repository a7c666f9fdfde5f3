import { expect, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { repositoryOf } from "#test/project-repository.ts";
import { objectsAside } from "./objects-aside.ts";

test("objects are made beside the repository, which is read as well, and are gone in the end", async () => {
  using user = repositoryOf({ "a.txt": "one\n" });
  const repository = await openCheckout(user.root);
  // A path as a list of paths would cut it.
  const folder = join(user.folder, "home", 'aside: a "folder"');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "left"), "of a process that died");
  const before = user.state();
  {
    await using aside = await objectsAside(repository, folder);
    expect(existsSync(join(folder, "left"))).toBe(false);
    const id = await gitText(aside.repository, ["hash-object", "-w", "--stdin"], { stdin: "new" });
    expect(await gitText(aside.repository, ["cat-file", "-p", id])).toBe("new");
    expect(await gitText(aside.repository, ["cat-file", "-p", "HEAD:a.txt"])).toBe("one");
    expect(user.state()).toEqual(before);
  }
  expect(existsSync(folder)).toBe(false);
  expect(user.state()).toEqual(before);
});

test("the objects of a repository whose path has a colon are read", async () => {
  using user = repositoryOf({ "a.txt": "one\n" });
  const root = join(user.folder, "a:b");
  user.gitIn(user.folder, "clone", "--quiet", user.root, root);
  await using aside = await objectsAside(await openCheckout(root), join(user.folder, "aside"));
  expect(await gitText(aside.repository, ["cat-file", "-p", "HEAD:a.txt"])).toBe("one");
});
