/** Where Git keeps its files is what Git itself says, in a repository and in a work tree that is linked to it. */
import { expect, test } from "bun:test";
import { realpathSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { openCheckout } from "#platform/git/repository.ts";
import { UserProject } from "#test/user-project.ts";
import { pathOf } from "./git-file.ts";

const NAMES = [
  ...(["objects", "index", "config", "config.worktree"] as const),
  ...(["info/exclude", "info/attributes", "info/sparse-checkout"] as const),
];

test.each(["the repository's own", "a linked", "a linked one without files of its own"])(
  "is what Git says in %s work tree",
  async (kind) => {
    using user = new UserProject();
    const linked = join(dirname(user.root), "linked");
    if (kind.startsWith("a linked")) user.git("worktree", "add", "--quiet", "-b", "x", linked);
    const root = kind.startsWith("a linked") ? linked : user.root;
    if (kind === "a linked") user.gitIn(linked, "sparse-checkout", "set", "src");
    const checkout = await openCheckout(root);
    for (const name of NAMES) {
      const said = user.gitIn(root, "rev-parse", "--path-format=absolute", "--git-path", name);
      expect(await pathOf(checkout, name)).toBe(said.trim());
    }
  },
);

test("is where a link leads", async () => {
  using user = new UserProject();
  const away = join(dirname(user.root), "away");
  renameSync(join(user.root, ".git/objects"), away);
  symlinkSync(away, join(user.root, ".git/objects"));
  expect(await pathOf(await openCheckout(user.root), "objects")).toBe(realpathSync(away));
});
