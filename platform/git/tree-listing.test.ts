import { expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { TrickyRepository } from "#test/tricky-repository.ts";
import { openCheckout } from "./repository.ts";
import { readTreeEntries } from "./tree-entries.ts";
import { listedFields, treeListing } from "./tree-listing.ts";

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

test("line by line a tree is the same, packed or not", async () => {
  using repo = new TrickyRepository();
  repo.commit("files", { "dir/--x": "x", "dir/sub/é\n.txt": "y", "dir2/z": "z" });
  const repository = await openCheckout(repo.tree());
  const head = repo.plain("rev-parse", "HEAD").trim();
  const walked = async (): Promise<string> => {
    const lines: string[] = [];
    const onField = (bytes: Buffer, start: number, end: number): void =>
      void lines.push(`${bytes.toString("utf8", start, end)}\0`);
    await listedFields(repository, head, { onField });
    return lines.join("");
  };
  const whole = Buffer.from(await treeListing(repository, head)).toString();
  expect(whole).toContain("dir/sub/é\n.txt\0");
  expect(await walked()).toBe(whole);
  repo.plain("gc", "--quiet");
  expect(await walked()).toBe(whole);
});

test("what is no tree fails, and is no option", async () => {
  using repo = new TrickyRepository();
  const repository = await openCheckout(repo.tree());
  await expect(treeListing(repository, "--help")).rejects.toMatchObject({ code: "PROCESS_FAILED" });
});
