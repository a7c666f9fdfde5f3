import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TreeWatch } from "./tree-watch.ts";

let root: string;
const opened: TreeWatch[] = [];

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "org-watch-")));
  mkdirSync(at("src/deep"), { recursive: true });
  for (const path of ["top.txt", "src/a.txt", "src/deep/b.txt"]) writeFileSync(at(path), "one\n");
});

afterEach(() => {
  for (const watch of opened.splice(0)) watch[Symbol.dispose]();
  rmSync(root, { recursive: true, force: true });
});

function at(path: string): string {
  return join(root, path);
}

/** Folders called "ignored" are of no interest. */
async function watched(folders: readonly string[] = ["src", "src/deep"]): Promise<TreeWatch> {
  const ignored = async (all: readonly string[]) =>
    new Set(all.filter((path) => path.endsWith("ignored")));
  const watch = await TreeWatch.open({ root, folders, ignored });
  if (watch === undefined) throw new Error("The kernel has no room for a watch");
  opened.push(watch);
  return watch;
}

async function changed(watch: TreeWatch): Promise<readonly string[] | undefined> {
  return (await watch.changed())?.toSorted();
}

test.each<[string, () => void, readonly string[]]>([
  ["nothing", () => undefined, []],
  ["a file that is written", () => appendFileSync(at("src/a.txt"), "two\n"), ["src/a.txt"]],
  [
    "a file that is cut without being opened",
    () => truncateSync(at("src/a.txt"), 1),
    ["src/a.txt"],
  ],
  ["a new file", () => writeFileSync(at("src/deep/new.txt"), ""), ["src/deep/new.txt"]],
  ["a file that is gone", () => rmSync(at("top.txt")), ["top.txt"]],
  ["a mode", () => chmodSync(at("top.txt"), 0o755), ["top.txt"]],
  ["a link", () => symlinkSync("a.txt", at("src/link")), ["src/link"]],
  ["another name", () => linkSync(at("src/a.txt"), at("src/same")), ["src/same"]],
  [
    "a file that moves",
    () => renameSync(at("src/a.txt"), at("src/deep/c.txt")),
    ["src/a.txt", "src/deep/c.txt"],
  ],
  [
    "folders that are new, with what is in them",
    () => {
      mkdirSync(at("new/more"), { recursive: true });
      writeFileSync(at("new/more/c.txt"), "");
      writeFileSync(at("new/d.txt"), "");
    },
    ["new/d.txt", "new/more/c.txt"],
  ],
  [
    "nothing of a folder without interest",
    () => {
      mkdirSync(at("src/ignored"));
      writeFileSync(at("src/ignored/c.txt"), "");
    },
    [],
  ],
  ["a folder that is gone", () => rmSync(at("src/deep"), { recursive: true }), ["src/deep/b.txt"]],
])("%s is told", async (_, change, names) => {
  const watch = await watched();
  change();
  expect(await changed(watch)).toEqual([...names]);
  expect(await changed(watch)).toEqual([]);
});

test("a program's write to memory that it has mapped is told", async () => {
  const watch = await watched();
  const program = `import mmap,sys
with open(sys.argv[1], "r+b") as f:
    m = mmap.mmap(f.fileno(), 0)
    m[0:1] = b"O"
    m.close()`;
  const { exitCode } = Bun.spawnSync(["/usr/bin/python3", "-c", program, at("src/a.txt")]);
  expect(exitCode).toBe(0);
  expect(await changed(watch)).toEqual(["src/a.txt"]);
});

test("folders that were not named are watched, and those that are made later", async () => {
  mkdirSync(at("empty/below"), { recursive: true });
  mkdirSync(at("src/ignored"));
  const watch = await watched(["src", "src/deep", "src/gone"]);
  writeFileSync(at("empty/below/c.txt"), "");
  writeFileSync(at("src/ignored/d.txt"), "");
  expect(await changed(watch)).toEqual(["empty/below/c.txt"]);
  mkdirSync(at("src/gone"));
  expect(await changed(watch)).toEqual([]);
  writeFileSync(at("src/gone/e.txt"), "");
  expect(await changed(watch)).toEqual(["src/gone/e.txt"]);
});

test("a folder that is known is watched when it is made again, whatever is ignored", async () => {
  mkdirSync(at("src/ignored"));
  const watch = await watched(["src", "src/ignored", "src/deep"]);
  rmSync(at("src/ignored"), { recursive: true });
  mkdirSync(at("src/ignored"));
  writeFileSync(at("src/ignored/c.txt"), "");
  expect(await changed(watch)).toEqual(["src/ignored/c.txt"]);
});

test.each<[string, () => void]>([
  ["a folder that moves", () => renameSync(at("src/deep"), at("deep"))],
  ["a folder that is closed", () => chmodSync(at("src/deep"), 0o500)],
  [
    "a name that is not text",
    () => writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff])]), ""),
  ],
  [
    "more than the kernel keeps",
    () => {
      for (let index = 0; index < 5000; index += 1) writeFileSync(at(`src/${index}`), "");
    },
  ],
])("after %s all has to be looked at, and the watch is closed", async (_, change) => {
  const watch = await watched();
  change();
  expect(await watch.changed()).toBeUndefined();
  expect(await watch.changed()).toBeUndefined();
});

test("the ninth one closes the oldest", async () => {
  const all: TreeWatch[] = [];
  for (let index = 0; index < 9; index += 1) all.push(await watched());
  const answers = await Promise.all(all.map(changed));
  expect(answers).toEqual([undefined, ...Array.from({ length: 8 }, () => [])]);
});
