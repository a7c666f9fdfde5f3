import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { makeLargeRepository, pathOf } from "./large-repository.ts";

test("a large repository has as many files as were asked for, all checked out and committed", async () => {
  await using folder = await temporaryFolder("large");
  const root = join(folder.path, "repository");
  await makeLargeRepository(root, 2105);
  const files = await Bun.$`git -C ${root} ls-files`.text();
  expect(files.trim().split("\n")).toHaveLength(2105);
  expect(await Bun.$`git -C ${root} status --porcelain`.text()).toBe("");
  for (const index of [0, 49, 50, 2104]) expect(existsSync(join(root, pathOf(index)))).toBe(true);
});
