import { afterEach, beforeEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exclusiveLock } from "./exclusive-lock.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

let folder: TemporaryFolder;
let path = "";
beforeEach(async () => {
  folder = await temporaryFolder("exclusive-lock");
  path = join(folder.path, "made", "a.lock");
});
afterEach(async () => await folder[Symbol.asyncDispose]());

const HOLDER = `const { exclusiveLock } = await import(process.argv.at(-2));
  console.log(exclusiveLock(process.argv.at(-1)) === undefined ? "held" : "taken");
  await new Promise(() => setInterval(() => undefined, 1000));`;

test("one holds it at a time, within a process and between processes, and a death gives it back", async () => {
  const mine = exclusiveLock(path);
  expect([mine === undefined, exclusiveLock(path)]).toEqual([false, undefined]);
  mine?.[Symbol.dispose]();
  const module = join(import.meta.dir, "exclusive-lock.ts");
  const child = Bun.spawn([process.execPath, "-e", HOLDER, module, path], { stdout: "pipe" });
  const reader = child.stdout.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("taken\n");
  expect(exclusiveLock(path)).toBeUndefined();
  child.kill("SIGKILL");
  await child.exited;
  using again = exclusiveLock(path);
  expect(again).toBeDefined();
});

test("a file that is not a lock is a failure of that file, and not held by anyone", () => {
  exclusiveLock(path)?.[Symbol.dispose]();
  writeFileSync(path, "not a database, and long enough to be looked at as one ".repeat(20));
  expect(() => exclusiveLock(path)).toThrow(
    expect.objectContaining({
      code: "FILE_FAILED",
      why: expect.stringContaining("not a database"),
    }),
  );
});
