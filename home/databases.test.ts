import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { findDatabases } from "./databases.ts";

test("finds every database of a home that lasts, known or not, and none of a user's", async () => {
  await using folder = await temporaryFolder("databases");
  const files = [
    ...["state/current/journal.sqlite", "state/current/added-later.sqlite", "state/access.sqlite"],
    ...["gate/ledger.sqlite", "supervisor.sqlite", "projects/0a/uses.sqlite"],
    ...["state/candidate/journal.sqlite", "projects/0a/copy/shop.sqlite", "backups/x/y.sqlite"],
    ...["state/current/journal.sqlite-wal", "workspace/a.sqlite", "run/lock.sqlite"],
    "state/current/memory-3fa1.sqlite",
    "state/current/memory-damaged-1/memory.sqlite",
  ];
  for (const file of files) {
    const path = join(folder.path, ".org", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  }
  expect((await findDatabases(folder.path)).map(({ name, file }) => [name, file])).toEqual([
    ["access", "state/access.sqlite"],
    ["added-later", "state/current/added-later.sqlite"],
    ["gate/ledger", "gate/ledger.sqlite"],
    ["journal", "state/current/journal.sqlite"],
    ["projects/0a/uses", "projects/0a/uses.sqlite"],
    ["supervisor", "supervisor.sqlite"],
  ]);
  expect(await findDatabases(join(folder.path, "nothing"))).toEqual([]);
});
