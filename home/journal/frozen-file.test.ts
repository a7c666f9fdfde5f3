import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { FreezableFile } from "./frozen-file.ts";

test("what a backup reads stays as it is when the file is frozen once more", async () => {
  await using folder = await temporaryFolder("frozen");
  const path = join(folder.path, "x.sqlite");
  using database = new Database(path);
  database.run("pragma journal_mode = wal");
  database.run("create table t (x text)");
  const file = new FreezableFile(database, path);
  using first = file.freeze();
  const bytes = await Bun.file(path).bytes();
  database.run("insert into t values ('later')");
  {
    using second = file.freeze();
    expect([first.isWhole(), second.isWhole()]).toEqual([true, true]);
    expect(await Bun.file(path).bytes()).toEqual(bytes);
  }
  first[Symbol.dispose]();
  using _third = file.freeze();
  expect((await stat(`${path}-wal`)).size).toBe(0);
  expect(await Bun.file(path).bytes()).not.toEqual(bytes);
});
