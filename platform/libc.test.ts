import { afterEach, expect, test } from "bun:test";
import { closeSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { openSealedFile } from "./libc.ts";

const CONTENT = "what a program reads";
const opened: number[] = [];

function sealed(): number {
  const fd = openSealedFile(CONTENT);
  opened.push(fd);
  return fd;
}

afterEach(() => {
  for (const fd of opened.splice(0)) closeSync(fd);
});

function textOf(fd: number): string {
  const bytes = Buffer.alloc(100);
  return bytes.toString("utf8", 0, readSync(fd, bytes, 0, bytes.length, 0));
}

test.each<[string, (fd: number) => void]>([
  ["be written over", (fd) => writeSync(fd, "other", 0)],
  ["grow", (fd) => ftruncateSync(fd, 1000)],
  ["shrink", (fd) => ftruncateSync(fd, 3)],
  [
    "be written to by who opens it anew",
    (fd) => {
      const again = openSync(`/proc/self/fd/${fd}`, "r+");
      opened.push(again);
      writeSync(again, "other", 0);
    },
  ],
])("a sealed file cannot %s, and keeps what it holds", (_what, change) => {
  const fd = sealed();
  expect(() => change(fd)).toThrow("EPERM");
  expect(textOf(fd)).toBe(CONTENT);
});

test("many sealed files at once each hold their own, and none is left open", () => {
  const files = Array.from({ length: 200 }, (_, at) => openSealedFile(`number ${at}`));
  expect(files.map(textOf)).toEqual(files.map((_fd, at) => `number ${at}`));
  for (const fd of files) closeSync(fd);
  expect(() => textOf(files[0] ?? -1)).toThrow("EBADF");
});
