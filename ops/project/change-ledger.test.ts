import { expect, test } from "bun:test";
import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { type OpenChange, ProjectLedger } from "./change-ledger.ts";

const CHANGE: OpenChange = {
  kind: "promotion",
  ...{ id: "0123456789abcdef", branch: "refs/heads/main", candidate: "cand/1" },
  ...{ from: "1".repeat(40), to: "2".repeat(40), newBranchAt: null, undoes: null, tag: null },
  ...{ at: 0, files: [] },
};

test("what a killed process left half written is gone with the next record, what another one writes stays", async () => {
  await using folder = await temporaryFolder("ledger");
  const [old, fresh] = [1, 2].map(
    (name) => `.${`${name}`.repeat(8)}-0000-4000-8000-000000000000.tmp`,
  );
  for (const name of [old ?? "", fresh ?? ""]) writeFileSync(join(folder.path, name), "{");
  utimesSync(join(folder.path, old ?? ""), new Date(0), new Date(0));
  const ledger = new ProjectLedger(folder.path);
  await ledger.open(CHANGE);
  expect((await ledger.read()).open).toEqual(CHANGE);
  await ledger.close("done");
  expect((await ledger.read()).done).toHaveLength(1);
  const names = readdirSync(folder.path);
  expect(names).toContain(fresh ?? "");
  expect(names).not.toContain(old ?? "");
});
