/** Budgets on the real database. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testSpendConformance } from "#test/spend-conformance.ts";
import { openSpendStore } from "./spend-store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-spending-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = () => join(folder, "spending.sqlite");

testSpendConformance(async (place) => openSpendStore(join(place, "spending.sqlite")));

test("the file is for this user alone", () => {
  using _ = openSpendStore(path());
  expect(statSync(path()).mode & 0o777).toBe(0o600);
});

test("a damaged store is an error that says what to do", () => {
  writeFileSync(path(), "garbage ".repeat(200));
  expect(() => openSpendStore(path())).toThrow(
    expect.objectContaining({ code: "JOURNAL_CORRUPT" }),
  );
});
