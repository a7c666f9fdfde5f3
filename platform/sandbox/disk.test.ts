import { afterAll, beforeEach, expect, test } from "bun:test";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DiskBudget, DiskWatch, diskBudget } from "./disk.ts";

const MIB = 1024 ** 2;
const root = mkdtempSync(join(tmpdir(), "org-disk-"));
const folder = join(root, "folder");

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

afterAll(() => rmSync(root, { recursive: true }));

/** As if the disk had lost this much since; by whom, files tell. */
function lost(space: Partial<DiskBudget["before"]>, more: Partial<DiskBudget> = {}): DiskBudget {
  const limits = { maxBytes: 8 * MIB, maxFiles: 10 };
  const budget = diskBudget({ from: folder, to: "/workspace", ...limits });
  const { bytes = 0, files = 0 } = space;
  const before = { bytes: budget.before.bytes + bytes, files: budget.before.files + files };
  return { ...budget, before, ...more };
}

function addFiles(count: number, bytes: number): void {
  for (let index = 0; index < count; index += 1) {
    writeFileSync(join(folder, String(index)), Buffer.alloc(bytes, 1));
  }
}

test("what others take of the disk is not the program's", () => {
  const budget = lost({ bytes: 64 * MIB, files: 5000 });
  addFiles(2, MIB);
  expect(new DiskWatch(budget).isOver()).toBe(false);
});

test("what the program has added is counted once the disk has lost more than it may take", () => {
  // The whole machine writes to this disk.
  const gained = lost({ bytes: -1e12, files: -1e6 });
  const budget = lost({ bytes: 64 * MIB });
  addFiles(9, MIB);
  expect(new DiskWatch(gained).isOver()).toBe(false);
  expect(new DiskWatch(budget).isOver()).toBe(true);
});

test("what the program has added is counted after a while although others gave back as much", () => {
  let now = 0;
  using watch = new DiskWatch(lost({ bytes: -1e12, files: -1e6 }), () => now);
  addFiles(9, MIB);
  now = 5000;
  expect(watch.isOver()).toBe(false);
  now = 5001;
  expect(watch.isOver()).toBe(true);
});

test("what a program has added is counted at its end although others gave back as much", async () => {
  const gained = { bytes: -1e12, files: -1e6 };
  const [tooLittle, enough] = [lost(gained), lost(gained, { maxBytes: 10 * MIB })];
  addFiles(9, MIB);
  expect(await new DiskWatch(tooLittle).isOverAtEnd()).toBe(true);
  expect(await new DiskWatch(enough).isOverAtEnd()).toBe(false);
});

test("files count as well as bytes, folders and links among them", () => {
  const budget = lost({ files: 5000 });
  addFiles(9, 0);
  mkdirSync(join(folder, "folder"));
  expect(new DiskWatch(budget).isOver()).toBe(false);
  symlinkSync("/usr", join(folder, "link"));
  expect(new DiskWatch(budget).isOver()).toBe(true);
});

test("what was there before is not counted, nor a file twice for two names, nor what a link leads to", () => {
  const budget = lost({ bytes: 64 * MIB });
  addFiles(1, 7 * MIB);
  linkSync(join(folder, "0"), join(folder, "again"));
  symlinkSync("/usr", join(folder, "link"));
  expect(new DiskWatch(budget).isOver()).toBe(false);
  addFiles(9, MIB);
  const later = Date.now() + 60_000;
  expect(new DiskWatch(lost({ bytes: 64 * MIB }, { sinceMs: later })).isOver()).toBe(false);
});

test("a disk that is as good as full ends what has taken much of it, whatever is found", () => {
  // The kernel's own files lie on no disk: nothing is left there.
  const budget = lost({}, { path: "/proc/self", before: { bytes: 9 * MIB, files: 0 } });
  expect(new DiskWatch(budget).isOver()).toBe(true);
});

test("a folder that is gone holds nothing", () => {
  const inner = join(folder, "inner");
  mkdirSync(inner);
  addFiles(3, MIB);
  using watch = new DiskWatch(lost({ bytes: 64 * MIB }));
  rmSync(inner, { recursive: true });
  expect(watch.isOver()).toBe(false);
});
