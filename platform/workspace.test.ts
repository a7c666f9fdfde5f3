import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWorkspace, type Workspace, workspaceAt } from "./workspace.ts";

let folder = "";
let workspace: Workspace;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "org-workspace-"));
  mkdirSync(join(folder, "outside"));
  workspace = await openWorkspace(join(folder, "inside"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const inside = (...names: string[]) => join(folder, "inside", ...names);
const outside = (...names: string[]) => join(folder, "outside", ...names);

function refused(why: string) {
  return {
    code: "PATH_REFUSED",
    why: expect.stringContaining(why),
    unchanged: "Nothing was written.",
  };
}

test("writes a file and the folders above it", async () => {
  expect(await workspace.write("./notes/deep//plan.md", "Grüße\n")).toEqual({
    path: "notes/deep/plan.md",
    bytes: 8,
  });
  expect(readFileSync(inside("notes/deep/plan.md"), "utf8")).toBe("Grüße\n");
  await workspace.write("notes/deep/plan.md", "new");
  expect(readFileSync(inside("notes/deep/plan.md"), "utf8")).toBe("new");
  expect(readdirSync(inside("notes/deep"))).toEqual(["plan.md"]);
});

test("reads the beginning of a file, and nothing that is not inside", async () => {
  await workspace.write("notes/plan.md", "Plant oaks.");
  const data = new TextEncoder().encode("Plant");
  expect(await workspace.read("./notes//plan.md", 5)).toEqual({
    path: "notes/plan.md",
    bytes: 11,
    data,
  });
  for (const path of ["notes/none.md", "none/plan.md"]) {
    expect(await workspace.read(path, 5)).toBeUndefined();
  }
  writeFileSync(outside("secret"), "secret");
  symlinkSync(outside("secret"), inside("link"));
  symlinkSync(outside(), inside("folder"));
  for (const path of ["../outside/secret", outside("secret"), "link", "folder/secret", "notes"]) {
    await expect(workspace.read(path, 5)).rejects.toMatchObject({ code: "PATH_REFUSED" });
  }
});

test("creates a file that is not there, and leaves one that is as it is", async () => {
  expect(await workspace.create("a/b.txt", "one")).toEqual({ path: "a/b.txt", bytes: 3 });
  await expect(workspace.create("a/b.txt", "two")).rejects.toMatchObject({
    code: "FILE_FAILED",
    remedies: [expect.stringContaining("another name")],
  });
  expect(readFileSync(inside("a/b.txt"), "utf8")).toBe("one");
  expect(readdirSync(inside("a"))).toEqual(["b.txt"]);
  symlinkSync(outside("new"), inside("link"));
  await expect(workspace.create("link", "x")).rejects.toMatchObject(refused("link"));
  expect(existsSync(outside("new"))).toBe(false);
});

test("appends, and creates the file for the first time", async () => {
  await workspace.append("log/room.md", "one\n");
  expect(await workspace.append("log/room.md", "two\n")).toEqual({ path: "log/room.md", bytes: 8 });
  expect(readFileSync(inside("log/room.md"), "utf8")).toBe("one\ntwo\n");
});

test("an executable file stays executable", async () => {
  await workspace.write("run.sh", "#!/bin/sh\n");
  chmodSync(inside("run.sh"), 0o755);
  await workspace.write("run.sh", "#!/bin/sh\necho hi\n");
  expect(statSync(inside("run.sh")).mode & 0o777).toBe(0o755);
});

test("resolves a path to its absolute place, whether or not it exists", async () => {
  expect(await workspace.resolve("a/b.txt")).toBe(inside("a/b.txt"));
  await workspace.write("a/b.txt", "x");
  expect(await workspace.resolve("./a/b.txt")).toBe(inside("a/b.txt"));
});

test("adds nothing to a file that has another name, and replaces only this one", async () => {
  writeFileSync(outside("rules"), "one\n");
  await workspace.append("log.md", "x");
  linkSync(outside("rules"), inside("notes.md"));
  const appended = workspace.append("notes.md", "two\n");
  await expect(appended).rejects.toMatchObject(refused("another name"));
  await workspace.write("notes.md", "two\n");
  expect(readFileSync(outside("rules"), "utf8")).toBe("one\n");
});

test("refuses a path that leaves the workspace, for writing, appending and resolving", async () => {
  await expect(workspace.write("../outside/x", "x")).rejects.toMatchObject(refused('".."'));
  await expect(workspace.append("/etc/x", "x")).rejects.toMatchObject(refused("absolute"));
  await expect(workspace.resolve(".git/config")).rejects.toMatchObject(refused("reserved"));
  expect(readdirSync(outside())).toEqual([]);
});

test("never follows a link, neither on the way nor at the end", async () => {
  writeFileSync(outside("secret"), "untouched");
  symlinkSync(outside(), inside("way"));
  symlinkSync(outside("secret"), inside("end"));
  symlinkSync(outside("created"), inside("dangling"));
  for (const path of ["way/x", "way/secret", "end", "dangling"]) {
    await expect(workspace.write(path, "x")).rejects.toMatchObject(refused("is a link to"));
    await expect(workspace.append(path, "x")).rejects.toMatchObject(refused("is a link to"));
    await expect(workspace.resolve(path)).rejects.toMatchObject(refused("is a link to"));
  }
  expect(readdirSync(outside())).toEqual(["secret"]);
  expect(readFileSync(outside("secret"), "utf8")).toBe("untouched");
});

test("refuses folders, files used as folders, and things that are not files", async () => {
  await workspace.write("folder/file", "x");
  expect(Bun.spawnSync(["mkfifo", inside("fifo")]).exitCode).toBe(0);
  for (const operation of [workspace.write, workspace.append]) {
    await expect(operation("folder", "x")).rejects.toMatchObject(refused('"folder" is a folder'));
    await expect(operation("folder/file/x", "x")).rejects.toMatchObject(
      refused('"file" is a file'),
    );
    await expect(operation("fifo", "x")).rejects.toMatchObject(refused("not a regular file"));
  }
  expect(readFileSync(inside("folder/file"), "utf8")).toBe("x");
});

test("8 MiB fit, one byte more does not, also in pieces", async () => {
  const limit = 8 * 1024 * 1024;
  const tooLarge = { code: "FILE_FAILED", why: expect.stringContaining(`${limit + 1} bytes`) };
  await workspace.write("big", "x".repeat(limit));
  await expect(workspace.append("big", "x")).rejects.toMatchObject(tooLarge);
  await expect(workspace.write("big", "x".repeat(limit + 1))).rejects.toMatchObject(tooLarge);
  expect(statSync(inside("big")).size).toBe(limit);
});

test("a root that cannot be a folder is said at once", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(openWorkspace(join(folder, "file"))).rejects.toMatchObject({ code: "FILE_FAILED" });
});

/** Starts a writer after every change, so that the next changes fall between its steps. */
async function whileSwapping(swap: (round: number) => void, write: () => Promise<unknown>) {
  const writers: Promise<void>[] = [];
  for (let round = 0; round < 100; round += 1) {
    swap(round);
    const refused = (error: unknown) => expect(error).toMatchObject({ code: "PATH_REFUSED" });
    // Several at once spread the moments between looking at a file and opening it.
    for (let n = 0; n < 6; n += 1) writers.push(write().then(() => undefined, refused));
    await new Promise(setImmediate);
  }
  await Promise.all(writers);
}

test("a sandboxed program that swaps a folder for a link wins nothing", async () => {
  const swap = (round: number) => {
    try {
      if (existsSync(inside("target"))) renameSync(inside("target"), inside(`old-${round}`));
      if (round % 2 === 0) symlinkSync(outside(), inside("target"));
      else mkdirSync(inside("target"));
    } catch (error) {
      // The writer, on its own thread, created the folder first.
      expect(error).toMatchObject({ code: "EEXIST" });
    }
  };
  await whileSwapping(swap, () => workspace.write("target/file", "x"));
  expect(readdirSync(outside())).toEqual([]);
});

test("a sandboxed program that swaps a file for a link wins nothing", async () => {
  writeFileSync(outside("secret"), "untouched");
  symlinkSync(outside("secret"), inside("link"));
  writeFileSync(inside("file"), "");
  const swap = (round: number) => {
    // "target" is the file or the link; the other of the two waits under its own name.
    const [take, give] = round % 2 === 0 ? ["file", "link"] : ["link", "file"];
    if (existsSync(inside("target"))) renameSync(inside("target"), inside(give));
    renameSync(inside(take), inside("target"));
  };
  await whileSwapping(swap, () => workspace.append("target", "x"));
  expect(readFileSync(outside("secret"), "utf8")).toBe("untouched");
  const read: string[] = [];
  await whileSwapping(swap, async () => {
    read.push(Buffer.from((await workspace.read("target", 100))?.data ?? []).toString());
  });
  expect(read.join("")).not.toContain("untouched");
});

test("a file that is not whole yet lies where its owner finds it after a crash", async () => {
  const own = workspaceAt(inside(), { halfWritten: outside() });
  await own.write("deep/a.txt", "whole\n");
  expect(readFileSync(inside("deep/a.txt"), "utf8")).toBe("whole\n");
  expect(readdirSync(inside("deep"))).toEqual(["a.txt"]);
  expect(readdirSync(outside())).toEqual([]);
  const elsewhere = workspaceAt(inside(), { halfWritten: outside("missing") });
  await expect(elsewhere.write("b.txt", "b\n")).rejects.toMatchObject({ code: "FILE_FAILED" });
  expect(existsSync(inside("b.txt"))).toBe(false);
});
