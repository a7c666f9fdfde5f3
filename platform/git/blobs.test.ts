import { expect, test } from "bun:test";
import { TrickyRepository } from "#test/tricky-repository.ts";
import { readBlobs, readSmallBlobs } from "./blobs.ts";
import { openCheckout } from "./repository.ts";

const MISSING = "0".repeat(40);

function idsOf(repo: TrickyRepository, ...names: string[]): readonly string[] {
  return names.map((name) => repo.plain("rev-parse", `HEAD:${name}`).trim());
}

test("blobs are read by their ids, whatever bytes are in them", async () => {
  using repo = new TrickyRepository();
  repo.commit("files", { "empty.txt": "", "lines.txt": "a\n\n0123 blob 5\n", "b.bin": "\0\n\xff" });
  const ids = idsOf(repo, "empty.txt", "lines.txt", "b.bin");
  const blobs = await readBlobs(await openCheckout(repo.tree()), ids);
  const texts = ids.map((id) => new TextDecoder().decode(blobs.get(id)));
  expect(texts).toEqual(["", "a\n\n0123 blob 5\n", "\0\n\xff"]);
});

test("a blob that is missing or too large is left out, and so is what exceeds the sum", async () => {
  using repo = new TrickyRepository();
  repo.commit("files", { "1.txt": "1234", "2.txt": "12345678", "3.txt": "12345", "4.txt": "12" });
  const ids = idsOf(repo, "1.txt", "2.txt", "3.txt", "4.txt");
  const repository = await openCheckout(repo.tree());
  const blobs = await readSmallBlobs(repository, [MISSING, ...ids], { maxEach: 6, maxAll: 7 });
  expect([...blobs.keys()]).toEqual([ids[0] ?? "", ids[3] ?? ""]);
  expect((await readSmallBlobs(repository, [MISSING])).size).toBe(0);
});
