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

test("the newest uses of each tool stay, however often another one is called", () => {
  using store = new UseStore(join(folder, "uses.sqlite"), 10);
  for (let at = 1; at <= 3; at += 1) store.add({ tool: "seldom", ok: true, at });
  for (let at = 4; at <= 1500; at += 1) store.add({ tool: "median", ok: true, at });
  const times = (name: string) =>
    store.all().flatMap(({ tool, at }) => (tool === name ? [at] : []));
  expect(times("seldom")).toEqual([1, 2, 3]);
  expect(times("median")).toEqual(Array.from({ length: 10 }, (_, index) => 1491 + index));
});
