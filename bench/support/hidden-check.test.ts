import { expect, test } from "bun:test";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { stateOf } from "#test/project-repository.ts";
import { fakeModel } from "./fake-model.ts";
import { passesHiddenCheck } from "./hidden-check.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Whether a check passes over files that a contestant may have left. */
async function passes(check: string, leave?: (folder: string) => Promise<void>): Promise<boolean> {
  await using place = await temporaryFolder();
  const [folder, hidden] = [join(place.path, "files"), join(place.path, "hidden")];
  await mkdir(folder);
  await Bun.write(join(folder, "a.txt"), "theirs\n");
  await Bun.write(join(hidden, "hidden.txt"), "ours\n");
  await leave?.(folder);
  const before = stateOf(folder);
  const passed = await passesHiddenCheck({ check, hidden }, folder, new AbortController().signal);
  expect(stateOf(folder)).toEqual(before);
  return passed;
}

test("a check sees the files with the hidden ones over them, and changes none", async () => {
  expect(await passes("grep -q ours hidden.txt && grep -q theirs a.txt")).toBe(true);
  expect(await passes("echo changed > a.txt; rm hidden.txt; exit 0")).toBe(true);
  expect(await passes("grep -q ours a.txt")).toBe(false);
});

test("a link in the place of a hidden file leads nowhere, and a .git is not seen", async () => {
  const leave = async (folder: string): Promise<void> => {
    await symlink("a.txt", join(folder, "hidden.txt"));
    await Bun.write(join(folder, ".git/config"), "[core]\n");
  };
  expect(await passes("grep -q ours hidden.txt && grep -q theirs a.txt", leave)).toBe(true);
  expect(await passes("test -e .git/config", leave)).toBe(false);
});

test("a check reaches neither the network nor the machine's files", async () => {
  await using model = fakeModel(["Hello"]);
  const address = `('127.0.0.1', ${new URL(model.url).port})`;
  const reach = ["python3", "-c", `import socket; socket.create_connection(${address})`] as const;
  expect(Bun.spawnSync([...reach]).exitCode).toBe(0);
  expect(await passes(`${reach[0]} ${reach[1]} "${reach[2]}"`)).toBe(false);
  expect(await passes(`test -e '${import.meta.path}'`)).toBe(false);
});
