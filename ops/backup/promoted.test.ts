/** A home is restored to before a promotion, and goes on from there: promotions and rollbacks work in it as ever. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { homePaths } from "#home/home-paths.ts";
import { UNOWNED } from "#test/backup-home.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { candidate, expectSound, promoteIn, rollbackIn } from "#test/promoting.ts";
import { makeBackup } from "./make-backup.ts";
import { restoreBackup } from "./restore.ts";

test("in a restored home a candidate is promoted and rolled back", async () => {
  using home = new CandidateRepository();
  await promoteIn(home, candidate(home, "first"));
  const before = home.id("main");
  const { name } = await makeBackup({ home: home.checkout, ...UNOWNED });
  await promoteIn(home, candidate(home, "second"));
  expect(home.id("main")).not.toBe(before);
  await restoreBackup({ home: home.checkout, name, backUpFirst: async () => undefined });
  expect(home.id("main")).toBe(before);
  expect(existsSync(homePaths(home.checkout).restorePlan)).toBe(false);
  expectSound(home);

  const third = candidate(home, "third");
  const { change } = await promoteIn(home, third);
  const tool = join(home.checkout, "tools/generated/third/tool.ts");
  expect([home.git("tag").includes(change.tag), existsSync(tool)]).toEqual([true, true]);
  expectSound(home);
  await rollbackIn(home, change.tag);
  expect([home.git("diff", before, "main"), existsSync(tool)]).toEqual(["", false]);
  expectSound(home);
});
