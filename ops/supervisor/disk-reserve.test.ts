import { expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { DiskReserve, isDiskFull } from "./disk-reserve.ts";

test("is taken while there is ample space, once, and given back once", async () => {
  await using folder = await temporaryFolder("reserve");
  const path = join(folder.path, "reserve");
  const reserve = new DiskReserve(path);
  reserve.keep(4 * 1024 * 1024);
  expect([existsSync(path), reserve.release()]).toEqual([false, false]);
  reserve.keep(1e9);
  const { mtimeMs, blocks } = statSync(path);
  expect(blocks).toBeGreaterThan(0);
  reserve.keep(1e9);
  expect(statSync(path).mtimeMs).toBe(mtimeMs);
  expect([reserve.release(), reserve.release(), existsSync(path)]).toEqual([true, false, false]);
});

test("where it cannot be written it is not there", () => {
  const reserve = new DiskReserve("/proc/none/reserve");
  reserve.keep(1e9);
  expect(reserve.release()).toBe(false);
});

test("a full disk is known by the words of SQLite and of the system", () => {
  const withCode = (code: string) => Object.assign(new Error("x"), { code });
  const known = ["SQLITE_FULL", "ENOSPC", "EACCES"].map((code) => isDiskFull(withCode(code)));
  expect(known).toEqual([true, true, false]);
});
