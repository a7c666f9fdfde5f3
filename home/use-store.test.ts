import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UseStore } from "./use-store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-uses-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a use outlives its process, with what became of it", () => {
  const path = join(folder, "state", "uses.sqlite");
  const uses = [
    { tool: "median", ok: true, at: 1 },
    { tool: "median", ok: false, outcome: "failure", at: 2 },
    { tool: "slug", ok: false, outcome: "breakdown", at: 3 },
  ] as const;
  {
    using store = new UseStore(path);
    for (const use of uses) store.add(use);
  }
  using again = new UseStore(path);
  expect(again.all()).toEqual([...uses]);
  expect(statSync(path).mode & 0o077).toBe(0);
});

test("the newest uses stay, however many there were", () => {
  using store = new UseStore(join(folder, "uses.sqlite"), 10);
  for (let at = 1; at <= 1500; at += 1) store.add({ tool: "median", ok: true, at });
  const left = store.all();
  expect(left.length).toBe(10);
  expect(left.at(-1)?.at).toBe(1500);
});
