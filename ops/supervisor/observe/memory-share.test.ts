import { expect, test } from "bun:test";
import { memoryShare } from "./memory-share.ts";

test("a process that lives has a part of the memory that it may have, one that has gone has none", async () => {
  const share = (await memoryShare(process.pid)) ?? 0;
  expect([share > 0, share < 1]).toEqual([true, true]);
  const gone = Bun.spawnSync(["true"]).pid;
  expect(await memoryShare(gone)).toBeUndefined();
});
