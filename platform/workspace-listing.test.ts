import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listFiles } from "./workspace-listing.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-listing-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), "x");
}

test("a list has the files of the folder first, then those below, in the order of their names", async () => {
  for (const path of ["b.txt", "a.csv", "sub/c.md", "sub/deep/d.py"]) write(path);
  expect(await listFiles(folder, 10)).toEqual({
    paths: ["a.csv", "b.txt", "sub/c.md", "sub/deep/d.py"],
    isWhole: true,
  });
});

test("a list leaves out hidden files, links, and what programs have made", async () => {
  for (const path of [".env", ".git/config", "node_modules/m/index.js", "kept.txt"]) write(path);
  symlinkSync("/etc/passwd", join(folder, "link.txt"));
  symlinkSync("/etc", join(folder, "folder-link"));
  expect((await listFiles(folder, 10)).paths).toEqual(["kept.txt"]);
});

test("a list that does not hold all says so", async () => {
  for (let index = 0; index < 5; index += 1) write(`${index}.txt`);
  expect(await listFiles(folder, 3)).toEqual({
    paths: ["0.txt", "1.txt", "2.txt"],
    isWhole: false,
  });
  write("1/2/3/4/5.txt");
  expect(await listFiles(folder, 9)).toMatchObject({ isWhole: false });
});

test("a list of a folder that is not there is empty", async () => {
  expect(await listFiles(join(folder, "gone"), 3)).toEqual({ paths: [], isWhole: true });
});
