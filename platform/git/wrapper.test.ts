import { expect, test } from "bun:test";
import { join } from "node:path";
import { Glob } from "bun";
import { PRODUCT_FOLDERS } from "#ops/import-rules.ts";
import { findGit } from "./wrapper.ts";

test("a machine without Git is told what to install", () => {
  expect(() => findGit(() => null)).toThrow(
    expect.objectContaining({ code: "PROCESS_FAILED", remedies: ["sudo apt-get install git"] }),
  );
  expect(findGit(() => "/usr/bin/git")).toBe("/usr/bin/git");
});

test("no other module starts Git", async () => {
  const sources = new Glob(`{${PRODUCT_FOLDERS.join(",")}}/**/*.ts`);
  const root = join(import.meta.dir, "../..");
  const others: string[] = [];
  for (const path of sources.scanSync(root)) {
    if (path.startsWith("platform/git/") || path.endsWith(".test.ts")) continue;
    const text = await Bun.file(join(root, path)).text();
    if (/\[\s*"git"/.test(text)) others.push(path);
  }
  expect(others).toEqual([]);
});
