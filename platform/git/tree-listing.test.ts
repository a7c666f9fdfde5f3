import { expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { TrickyRepository } from "#test/tricky-repository.ts";
import { openCheckout } from "./repository.ts";
import { readTreeEntries } from "./tree-entries.ts";
import { treeListing } from "./tree-listing.ts";

test("a tree is listed as a whole, or below one folder, whatever the names", async () => {
  using repo = new TrickyRepository();
  repo.write(repo.tree("b"), "");
  symlinkSync("b", repo.tree("link"));
  repo.commit("files", { "dir/--x": "x", "dir/sub/é\n.txt": "y", "dir2/z": "z" });
  const repository = await openCheckout(repo.tree());
  const names = async (below?: string) =>
    readTreeEntries(await treeListing(repository, "HEAD", { below })).map(({ path }) => path);
  expect(await names()).toEqual(["a.txt", "b", "dir/--x", "dir/sub/é\n.txt", "dir2/z", "link"]);
  expect(await names("dir")).toEqual(["dir/--x", "dir/sub/é\n.txt"]);
  expect(await names("dir/--x")).toEqual(["dir/--x"]);
  expect(await names("missing")).toEqual([]);
});

test("what is no tree fails, and is no option", async () => {
  using repo = new TrickyRepository();
  const repository = await openCheckout(repo.tree());
  await expect(treeListing(repository, "--help")).rejects.toMatchObject({ code: "PROCESS_FAILED" });
});
