import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectApp } from "#test/project-app.ts";
import { say } from "#test/scripted-answers.ts";
import { freshen, roomParts } from "./project.ts";

/** Few files whose names make an index as large as that of many. */
function manyFiles(): Readonly<Record<string, string>> {
  const folder = Array.from({ length: 12 }, (_, index) => `${index}`.padEnd(200, "x")).join("/");
  const paths = Array.from({ length: 500 }, (_, index) => `${folder}/${index}.txt`);
  return Object.fromEntries([["a.txt", "one\n"], ...paths.map((path) => [path, "x\n"])]);
}

test("a large work tree is looked at behind the opening, and again once something happened to it", async () => {
  const options = { files: manyFiles(), checks: [] };
  await using parts = await projectApp(() => say("Well."), options);
  const { work, repository } = parts;
  const { signal } = new AbortController();
  const question = async () => {
    using _held = await work.lock.take({ owner: "test", waitMs: Infinity });
    await freshen(work, signal);
    return readFileSync(join(work.copy, "a.txt"), "utf8");
  };
  expect(await work.userFiles.areMany()).toBe(true);
  await roomParts(parts.app, work);
  {
    using _looked = await work.lock.take({ owner: "test", waitMs: Infinity });
    expect(await work.userFiles.areAsCaptured()).toBe(true);
  }
  expect(await question()).toBe("one\n");
  repository.write("a.txt", "two\n");
  expect(await question()).toBe("two\n");
  expect(await work.userFiles.areAsCaptured()).toBe(true);
  repository.commit("second", { "a.txt": "three\n" });
  expect(await question()).toBe("three\n");
});
