import { expect, test } from "bun:test";
import { rmSync, symlinkSync } from "node:fs";
import { TrickyRepository } from "#test/tricky-repository.ts";
import { openCheckout } from "./repository.ts";
import { readChanges, treeChanges } from "./tree-changes.ts";

const ZEROS = "0".repeat(40);

test("files that came, went, changed or became another kind are told, each by its name in bytes", async () => {
  using repo = new TrickyRepository();
  repo.commit("files", { "b.txt": "b\n", "é/c.txt": "c\n" });
  const before = repo.plain("rev-parse", "HEAD").trim();
  repo.change("a.txt");
  rmSync(repo.tree("b.txt"));
  symlinkSync("a.txt", repo.tree("b.txt"));
  rmSync(repo.tree("é/c.txt"));
  repo.commit("more", { "a\nb": "new\n" });
  const repository = await openCheckout(repo.tree());
  const changes = await treeChanges(repository, [before, "HEAD"]);
  expect(changes.map(({ status, path, newMode }) => [status, path, newMode])).toEqual([
    ["A", "a\nb", "100644"],
    ["M", "a.txt", "100644"],
    ["T", "b.txt", "120000"],
    ["D", Buffer.from("é/c.txt").toString("latin1"), "000000"],
  ]);
  expect(changes[0]).toMatchObject({ oldMode: "000000", oldId: ZEROS });
  const folders = await treeChanges(repository, [before, "HEAD"], { folders: true });
  expect(folders.map(({ path }) => path)).toContain(Buffer.from("é").toString("latin1"));
});

test("what is no difference, or ends in the middle of one, is not read as one", () => {
  const head = `:100644 100644 ${ZEROS} ${ZEROS} M`;
  expect(readChanges([head, "a"])).toHaveLength(1);
  for (const fields of [[head], ["a", head], [head.replace("M", "R100"), "a"]])
    expect(() => readChanges(fields)).toThrow("Not a line of a difference");
});
