import { afterAll, beforeEach, expect, test } from "bun:test";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type CountLimits, TreeCount } from "./tree-count.ts";

const root = mkdtempSync(join(tmpdir(), "org-count-"));
const folder = join(root, "folder");
const ALL: CountLimits = { bytes: 1e12, files: 1e9 };

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

afterAll(() => rmSync(root, { recursive: true }));

function whole(limits: CountLimits = ALL, sinceMs = 0) {
  using count = new TreeCount(folder, limits, sinceMs);
  const state = count.goOn(Number.POSITIVE_INFINITY);
  return { state, files: count.files, bytes: count.bytes };
}

const openFiles = (): number => readdirSync("/proc/self/fd").length;

test("a count has all names of a tree, whatever they are, and their bytes once", () => {
  mkdirSync(join(folder, ".x/..y/z"), { recursive: true });
  writeFileSync(Buffer.from(`${folder}/.x/ä\xff`, "latin1"), Buffer.alloc(8192, 1));
  writeFileSync(join(folder, ".x/..y/z/f"), Buffer.alloc(4096, 1));
  linkSync(join(folder, ".x/..y/z/f"), join(folder, "again"));
  symlinkSync("/", join(folder, "link"));
  expect(whole()).toMatchObject({ state: "less", files: 7 });
  const { bytes } = whole();
  expect(bytes).toBeGreaterThanOrEqual(12_288);
  expect(bytes).toBeLessThan(12_288 * 3);
  expect(whole(ALL, Date.now() + 60_000)).toEqual({ state: "less", files: 0, bytes: 0 });
  expect(whole({ ...ALL, files: 6 }).state).toBe("over");
  expect(whole({ ...ALL, bytes: 12_287 }).state).toBe("over");
});

test("a count is the same in one go and in parts, and closes what it opened", () => {
  const names = fc.array(fc.stringMatching(/^[a-c](?:\/[a-c]){0,4}$/), { maxLength: 12 });
  fc.assert(
    fc.property(names, (paths) => {
      rmSync(folder, { recursive: true });
      for (const path of ["", ...paths]) mkdirSync(join(folder, path), { recursive: true });
      const before = openFiles();
      using parts = new TreeCount(folder, ALL, 0);
      while (parts.goOn(0) === "counting");
      const entries = readdirSync(folder, { recursive: true });
      expect([parts.files, parts.bytes]).toEqual([entries.length, whole().bytes]);
      expect(openFiles()).toBe(before);
    }),
  );
});

test("a count that is given up closes what it opened", () => {
  mkdirSync(join(folder, "a/b/c"), { recursive: true });
  for (let index = 0; index < 500; index += 1) writeFileSync(join(folder, `a/b/${index}`), "");
  const before = openFiles();
  {
    using count = new TreeCount(folder, ALL, 0);
    expect(count.goOn(0)).toBe("counting");
    expect(openFiles()).toBeGreaterThan(before);
  }
  expect(openFiles()).toBe(before);
});

test("a folder that is missing holds nothing, and a link is none", () => {
  rmSync(folder, { recursive: true });
  expect(whole()).toEqual({ state: "less", files: 0, bytes: 0 });
  symlinkSync("/usr", folder);
  expect(whole()).toEqual({ state: "less", files: 0, bytes: 0 });
});

test("folders in one another are too many when they are new, and end the count when they are old", () => {
  mkdirSync(join(folder, "d/".repeat(300)), { recursive: true });
  expect(whole().state).toBe("over");
  expect(whole(ALL, Date.now() + 60_000).state).toBe("less");
});

test("without descriptors nothing is known, and nothing is thrown", async () => {
  const program = `
    import { openSync } from "node:fs";
    import { TreeCount } from ${JSON.stringify(join(import.meta.dir, "tree-count.ts"))};
    new TreeCount("/proc/self/task", ${JSON.stringify(ALL)}, 0).goOn(0);
    try { for (;;) openSync("/", "r"); } catch {}
    console.log(new TreeCount("/usr", ${JSON.stringify(ALL)}, 0).goOn(1e9));`;
  const command = ["sh", "-c", 'ulimit -n 64; exec "$@"', "limit", process.execPath, "-e", program];
  const child = Bun.spawn(command, { env: {}, stdio: ["ignore", "pipe", "pipe"] });
  expect(await new Response(child.stdout).text()).toBe("unknown\n");
});
