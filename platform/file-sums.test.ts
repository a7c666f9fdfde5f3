import { expect, test } from "bun:test";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { FileSums, sumOf } from "./file-sums.ts";
import { temporaryFolder } from "./temporary-folder.ts";

test("a file is read once, and again after every change that the file system knows of", async () => {
  await using folder = await temporaryFolder("sums");
  const path = join(folder.path, "one");
  await Bun.write(path, "a");
  const sums = new FileSums();
  expect(await sums.of(path)).toBe(await sumOf(path));
  // Of the same size and time, at once.
  const then = new Date(0);
  await utimes(path, then, then);
  expect(await sums.of(path)).toBe(await sumOf(path));
  await Bun.write(path, "b");
  await utimes(path, then, then);
  expect(await sums.of(path)).toBe(await sumOf(path));
});

test("one that has settled is not read again", async () => {
  const read: string[] = [];
  const sums = new FileSums(async (path) => {
    read.push(path);
    return await sumOf(path);
  });
  const sum = await sums.of(process.execPath);
  expect(await sums.of(process.execPath)).toBe(sum);
  expect(read).toEqual([process.execPath]);
});
