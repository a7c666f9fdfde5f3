import { expect, test } from "bun:test";
import { chmodSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { TrickyRepository } from "#test/tricky-repository.ts";
import { makePipe } from "../libc.ts";
import { readCheckedOut } from "./checked-out.ts";
import { openCheckout } from "./repository.ts";

const LIMITS = { maxEach: 100, maxAll: 1000 };

async function readAll(repo: TrickyRepository, names: readonly string[], limits = LIMITS) {
  const files = names.map((path) => ({ path, id: repo.plain("rev-parse", `HEAD:${path}`).trim() }));
  const contents = await readCheckedOut(await openCheckout(repo.tree()), files, limits);
  const texts = files.flatMap(({ path, id }) => {
    const bytes = contents.get(id);
    return bytes === undefined ? [] : [[path, new TextDecoder().decode(bytes)] as const];
  });
  return Object.fromEntries(texts);
}

test.each(["sha1", "sha256"])("files that are as committed are read, by %s", async (format) => {
  using repo = new TrickyRepository();
  rmSync(repo.tree(".git"), { recursive: true });
  repo.plain("init", "--quiet", `--object-format=${format}`);
  repo.commit("files", { "a.txt": "one\n", "empty.txt": "", "dir/b.bin": "\0\n" });
  repo.change("a.txt");
  expect(await readAll(repo, ["a.txt", "empty.txt", "dir/b.bin"])).toEqual({
    "empty.txt": "",
    "dir/b.bin": "\0\n",
  });
});

test("what Git converts, is larger than wanted or beyond the sum is left to Git", async () => {
  using repo = new TrickyRepository();
  repo.commit("files", { "lines.txt": "a\nb\n", "large.txt": "x".repeat(101) });
  repo.commit("more", { "1.txt": "1".repeat(90), "2.txt": "2".repeat(90), "3.txt": "3" });
  writeFileSync(repo.tree("lines.txt"), "a\r\nb\r\n");
  const names = ["lines.txt", "large.txt", "1.txt", "2.txt", "3.txt"];
  const read = await readAll(repo, names, { maxEach: 100, maxAll: 100 });
  expect(Object.keys(read)).toEqual(["1.txt", "3.txt"]);
});

test("no link is followed, and no FIFO, folder or unreadable file is waited for", async () => {
  using repo = new TrickyRepository();
  const names = ["link.txt", "dir/b.txt", "pipe.txt", "folder.txt", "gone.txt", "shut.txt"];
  repo.commit("files", Object.fromEntries(names.map((name) => [name, `${name}\n`])));
  for (const name of names) rmSync(repo.tree(name));
  writeFileSync(repo.outside("link.txt"), "link.txt\n");
  symlinkSync(repo.outside("link.txt"), repo.tree("link.txt"));
  repo.write(repo.outside("dir/b.txt"), "dir/b.txt\n");
  rmSync(repo.tree("dir"), { recursive: true });
  symlinkSync(repo.outside("dir"), repo.tree("dir"));
  makePipe(repo.tree("pipe.txt"));
  repo.write(repo.tree("folder.txt/inside"), "");
  writeFileSync(repo.tree("shut.txt"), "other\n");
  chmodSync(repo.tree("shut.txt"), 0o000);
  expect(await readAll(repo, names)).toEqual({});
});

test("a repository without a work tree has no such files", async () => {
  using repo = new TrickyRepository();
  const { workTree: _, ...bare } = await openCheckout(repo.tree());
  expect((await readCheckedOut(bare, [{ path: "a.txt", id: "0" }], LIMITS)).size).toBe(0);
});
