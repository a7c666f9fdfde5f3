import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, writeFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { removeFolder, temporaryFolder } from "./temporary-folder.ts";

const PROGRAM = JSON.stringify(join(import.meta.dir, "temporary-folder.ts"));

/** A process with a temporary folder, whose path it prints, until its input ends. */
function holder(root: string) {
  const script = `import { removeFolder, temporaryFolder } from ${PROGRAM};
    await using folder = await temporaryFolder("test");
    await Bun.write(folder.path + "/deep/file", "x");
    console.log(folder.path);
    for await (const _ of Bun.stdin.stream());`;
  const env = { TMPDIR: root, PATH: Bun.env["PATH"] ?? "" };
  const stdio: ["pipe", "pipe", "inherit"] = ["pipe", "pipe", "inherit"];
  return Bun.spawn([process.execPath, "-e", script], { env, stdio });
}

async function firstLine(stdout: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return new TextDecoder().decode(value).trim();
}

test("a folder goes with its use, and one of a process that was killed with the next use", async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), "org-folders-")));
  const [alive, killed] = [holder(root), holder(root)];
  try {
    const [kept, left] = await Promise.all([firstLine(alive.stdout), firstLine(killed.stdout)]);
    expect((await stat(kept)).mode & 0o777).toBe(0o700);
    killed.kill("SIGKILL");
    await killed.exited;
    expect((await readdir(root)).toSorted()).toEqual([basename(kept), basename(left)].toSorted());
    // Names that only look like one of ours.
    const others = ["org-test-x", `${basename(kept).replace(/-\d+-\d+-/, "-unknown-0-")}`];
    for (const name of others) await mkdir(join(root, name));
    const next = holder(root);
    const own = await firstLine(next.stdout);
    const names = [basename(kept), basename(own), ...others].toSorted();
    expect((await readdir(root)).toSorted()).toEqual(names);
    next.stdin.end();
    expect(await next.exited).toBe(0);
    alive.stdin.end();
    expect(await alive.exited).toBe(0);
    expect((await readdir(root)).toSorted()).toEqual(others.toSorted());
  } finally {
    for (const child of [alive, killed]) child.kill("SIGKILL");
    await rm(root, { recursive: true });
  }
});

test("what a process with the same number left is removed, and what belongs to no process stays", async () => {
  const use = `own${process.pid}`;
  const folders = async (): Promise<readonly string[]> =>
    (await readdir(tmpdir())).filter((one) => one.startsWith(`org-${use}-`)).toSorted();
  let other = "";
  try {
    await using first = await temporaryFolder(use);
    const old = first.path.replace(/-\d+-[^-]*$/, "-1-left");
    other = first.path.replace(/-\d+-\d+-[^-]*$/, "-0-0-other");
    for (const path of [old, other]) await mkdir(path);
    await using second = await temporaryFolder(use);
    const kept = [first.path, second.path, other].map((path) => basename(path));
    expect(await folders()).toEqual(kept.toSorted());
  } finally {
    await rm(other, { recursive: true, force: true });
  }
  expect(await folders()).toEqual([]);
});

describe("a folder that is removed", () => {
  const root = mkdtempSync(join(tmpdir(), "org-removed-"));
  const folder = join(root, "folder");
  beforeEach(() => mkdir(folder));
  afterAll(() => rm(root, { recursive: true }));

  test("goes with files whose names are not text, and with what is closed", async () => {
    await mkdir(join(folder, "shut/inner/innermost"), { recursive: true });
    for (const name of ["ä\xff", "\n", "-rf"]) {
      writeFileSync(Buffer.from(`${folder}/shut/inner/${name}`, "latin1"), "");
    }
    for (const name of ["shut/inner/innermost", "shut/inner", "shut"]) {
      await chmod(join(folder, name), 0);
    }
    await removeFolder(folder);
    expect(await readdir(root)).toEqual([]);
  });

  test("goes as deep as it is", async () => {
    const make =
      'import os, sys\nos.chdir(sys.argv[1])\nfor _ in range(5000): os.mkdir("d"); os.chdir("d")';
    await Bun.$`python3 -c ${make} ${folder}`;
    await removeFolder(folder);
    expect(await readdir(root)).toEqual([]);
  });

  test("takes nothing along that a link leads to, and may be a link, a file or nothing", async () => {
    const kept = join(root, "kept");
    await mkdir(kept);
    await Bun.write(join(kept, "file"), "x");
    await symlink(kept, join(folder, "link"));
    await symlink(kept, join(root, "other"));
    await Bun.write(join(root, "plain"), "x");
    for (const name of ["folder", "other", "plain", "missing", "missing/inner"]) {
      await removeFolder(join(root, name));
    }
    expect(await readdir(root)).toEqual(["kept"]);
    expect(await readdir(kept)).toEqual(["file"]);
    await removeFolder(kept);
  });
});
